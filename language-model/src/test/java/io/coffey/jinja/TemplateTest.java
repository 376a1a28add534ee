// SPDX-License-Identifier: Apache-2.0
package io.coffey.jinja;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Results as Jinja2 3.1 gives them with the settings of Hugging Face. */
final class TemplateTest {

    private static final Clock CLOCK = Clock.fixed(Instant.parse("2024-07-06T12:30:00Z"), ZoneOffset.UTC);

    private static final Map<String, Object> VARIABLES = Map.of(
            "text", " a b  c\n",
            "list", List.of(3L, 1L, 2L),
            "turns", List.of(Map.of("role", "user", "n", 1L), Map.of("role", "tool", "n", 2L)),
            "one", ordered());

    private static Map<String, Object> ordered() {
        Map<String, Object> one = new LinkedHashMap<>();
        one.put("k", "v'\"é");
        one.put("items", List.of(true, 2.5));
        return one;
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '#',
            quoteCharacter = '`',
            value = {
                "1 + 2 * 3 # 7",
                "7 // 2 ~ '|' ~ -7 // 2 ~ '|' ~ 7 / 2 ~ '|' ~ -7 % 3 # 3|-4|3.5|2",
                "2 ** 3 # 8",
                "'a' + 'b' | upper # aB",
                "'a' 'b' # ab",
                "'x' * 3 # xxx",
                "-1 | abs # 1",
                "1 < 2 < 3, 1 < 2 > 3 # (True, False)",
                "not 1 == 2 # True",
                "none or 'else' # else",
                "0 and fail() # 0",
                "1 if false else 2 if false else 3 # 3",
                "'' if false # ``",
                "true, none, nope, 1.0, 'it''s' # (True, None, , 1.0, 'its')",
                "list[-1], list[1:], list[::-1], list[:2] # (2, [1, 2], [2, 1, 3], [3, 1])",
                "'abc'[1], 'abc'[-2:] # ('b', 'bc')",
                "one.k, one['k'] == one.k # ('v\\'\"é', True)",
                "one | tojson # {\"k\": \"v'\\\"é\", \"items\": [true, 2.5]}",
                "{'a': [1, {}], 'b': []} | tojson(indent=2) # `{\n  \"a\": [\n    1,\n    {}\n  ],\n  \"b\": []\n}`",
                "one.get('x', 'no'), one.items() | list | length, one['items'] # ('no', 2, [True, 2.5])",
                "text.strip() | replace(' ', '_'), text.split(), text.split(' ') # ('a_b__c', ['a', 'b', 'c'], ['', 'a', 'b', '', 'c\\n'])",
                "'a.b.c'.split('.', 1), 'a.b.c'.rsplit('.', 1), 'x' in 'xyz' # (['a', 'b.c'], ['a.b', 'c'], True)",
                "'xxaxx'.strip('x'), '\\n\\nq\\n'.lstrip('\\n'), 'ab'.startswith('a'), 'ab'.endswith(('b', 'c')) # ('a', 'q\\n', True, True)",
                "'o-k x2y'.title(), 'o-k x2y'|title, 'ABC'|capitalize # ('O-K X2Y', 'O-K X2y', 'Abc')",
                "list | sort, list | max, list | first, list | join('-') # ([1, 2, 3], 3, 3, '3-1-2')",
                "turns | map(attribute='role') | join(','), turns | selectattr('role', 'equalto', 'user') | list | length # ('user,tool', 1)",
                "turns | rejectattr('n', 'gt', 1) | map(attribute='n') | list, list | select('odd') | list # ([1], [3, 1])",
                "nope is defined, none is none, 'a' is string, 3 is odd, 4 is divisibleby 2, one is mapping, list is iterable # (False, True, True, True, True, True, True)",
                "nope | default('d'), '' | default('e', true), nope | length, nope ~ 'x' # ('d', 'e', 0, 'x')",
                "'é𝄞'|length, '2.7'|int, '3'|float, ' x '|trim, 'é' == '\\u00e9' # (2, 2, 3.0, 'x', True)",
                "range(3) | list, range(5, 0, -2) | list # ([0, 1, 2], [5, 3, 1])",
                "strftime_now('%d %b %Y %-d %H:%M %%') # 06 Jul 2024 6 12:30 %",
                "`'a\nb\n\nc' | indent(2)` # `a\n  b\n\n  c`",
            })
    void evaluatesAsJinjaDoes(String expression, String expected) {
        assertThat(render("{{ " + expression + " }}")).isEqualTo(expected);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '#',
            quoteCharacter = '`',
            value = {
                "`A\n  {% if true %}\n  B\n  {% endif %}\nC\n` # `A\n  B\nC`",
                "`A\n  {%- if true -%}\n  B\n  {%- endif %}\n\nC` # `AB\nC`",
                "`A\n  {%+ if true +%}\n  B{% endif %}` # `A\n  \n  B`",
                "`a {% if true %} b {% endif %} c` # `a  b  c`",
                "`x  {{- 1 -}}  y\n  {{ 2 }}\nz` # `x1y\n  2\nz`",
                "`a\r\n{{ 1 }}\r\n` # `a\n1`",
                "`{% raw %}{{ x }}{% endraw %}!` # {{ x }}!",
                "`{{ {'a': {'b': 1}} }}` # {'a': {'b': 1}}",
            })
    void treatsWhiteSpaceAsJinjaDoes(String template, String expected) {
        assertThat(render(template)).isEqualTo(expected);
    }

    @Test
    void keepsCommentsAndTheirLinesOut() {
        assertThat(render("a\n  {# not {{ this }} #}\nb{#- c -#}\n  d")).isEqualTo("a\nbd");
    }

    @Test
    void knowsWhereItIsInALoop() {
        assertThat(render("""
                        {% for t in turns %}{{ loop.index }}{{ loop.index0 }}{{ loop.first }}{{ loop.last }}{{ loop.length }}\
                        {{ loop.revindex }}{{ loop.previtem.role if loop.previtem is defined }};{% endfor %}""")).isEqualTo("10TrueFalse22;21FalseTrue21user;");
        assertThat(render("{% for t in turns if t.n > 1 %}{{ loop.length }}{{ t.role }}{% else %}none{% endfor %}"))
                .isEqualTo("1tool");
        assertThat(render("{% for t in [] %}x{% else %}none{% endfor %}")).isEqualTo("none");
        assertThat(render("{% for k, v in one.items() %}{{ k }}={{ v }} {% endfor %}"))
                .isEqualTo("k=v'\"é items=[True, 2.5] ");
        assertThat(
                        render(
                                "{% for i in range(9) %}{% if i == 1 %}{% continue %}{% elif i == 4 %}{% break %}{% endif %}{{ i }}{% endfor %}"))
                .isEqualTo("023");
    }

    @Test
    void forgetsWhatALoopSetsUnlessANamespaceKeepsIt() {
        assertThat(render("{% set x = 0 %}{% for i in list %}{% set x = x + i %}{{ x }}{% endfor %}{{ x }}"))
                .isEqualTo("3120");
        assertThat(
                        render(
                                "{% set ns = namespace(x=0) %}{% for i in list %}{% set ns.x = ns.x + i %}{% endfor %}{{ ns.x }}"))
                .isEqualTo("6");
        assertThat(render("{% if true %}{% set y = 1 %}{% endif %}{{ y }}")).isEqualTo("1");
        assertThat(render("{% set a, b = 1, 2 %}{{ b }}{{ a }}{% set c %}<{{ a }}>{% endset %}{{ c }}"))
                .isEqualTo("21<1>");
    }

    @Test
    void callsMacros() {
        assertThat(
                        render(
                                "{% macro turn(role, end='!') %}<{{ role }}{{ end }}>{% endmacro %}{{ turn('a') }}{{ turn('b', end='?') }}"))
                .isEqualTo("<a!><b?>");
    }

    @Test
    void rendersWhatTheAssistantWroteAsText() {
        assertThat(render("{% generation %}{{ 1 }}{% endgeneration %}")).isEqualTo("1");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '#',
            quoteCharacter = '`',
            value = {
                "`{{ 'a' + nope }}` # 1 # nope is undefined",
                "`\n{{ one.nope.x }}` # 2 # nope of a mapping is undefined",
                "`\n\n{{ 'a' + 1 }}` # 3 # cannot apply + to a string and a number",
                "`{{ list | frobnicate }}` # 1 # the filter 'frobnicate' is not supported",
                "`{{ list is frobnicated }}` # 1 # the test 'frobnicated' is not supported",
                "`a\n{% include 'x' %}` # 2 # the tag 'include' is not supported here",
                "`a\n{% if true %}\nb` # 3 # expected {% e",
                "`{{ 1 + }}` # 1 # expected a value, found }}",
                "`{{ 'x` # 1 # unexpected character '",
                "`{{ 1 ` # 1 # expected }}, found the end of the template",
                "`{{ text.swapcase() }}` # 1 # swapcase of a string is undefined",
                "`{{ list.append(1) }}` # 1 # append of a list is undefined",
                "`{{ text.__class__.x }}` # 1 # __class__ of a string is undefined",
                "`{{ raise_exception('roles\nmust alternate') }}` # 1 # roles must alternate",
                "`{% for i in 3 %}{% endfor %}` # 1 # cannot go through a number",
                "`{% set one.k = 1 %}` # 1 # one is no namespace: its k cannot be set",
                "`{% break %}` # 1 # break outside a loop",
                "`{{ 1 // 0 }}` # 1 # 1 // 0: / by zero",
                "`{{ list | tojson(ensure_ascii=true) }}` # 1 # tojson(ensure_ascii=true) is not supported",
                "`{{ strftime_now('%U') }}` # 1 # strftime_now does not know the code %U",
            })
    void refusesWithTheLine(String template, int line, String message) {
        assertThatThrownBy(() -> render(template)).isInstanceOfSatisfying(TemplateException.class, problem -> {
            assertThat(problem.line()).isEqualTo(line);
            assertThat(problem).hasMessageStartingWith(message);
        });
    }

    @Test
    void hasNoDateWithoutAClock() {
        assertThat(Template.parse("{{ strftime_now is defined }}", null).render(Map.of()))
                .isEqualTo("False");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '#',
            quoteCharacter = '`',
            value = {
                "`{% for a in range(9999) %}{% for b in range(9999) %}{% endfor %}{% endfor %}` # more than 1000000 steps",
                "`{{ 'x' * 99999999999 }}` # more than 4194304 characters",
                "`{% set ns = namespace(x='x') %}{% for i in range(99) %}{% set ns.x = ns.x ~ ns.x %}{% endfor %}` # more than 4194304 characters",
                "`{% set ns = namespace(x=[1]) %}{% for i in range(99) %}{% set ns.x = ns.x + ns.x %}{% endfor %}` # more than 65536 values",
                "`{% set ns = namespace(x='x') %}{% for i in range(99) %}{% set ns.x = ns.x|replace('x', 'xxxx') %}{% endfor %}` # more than 4194304 characters",
                "`{{ range(100001) }}` # more than 100000 numbers",
                "`{{ 9223372036854775807 + 1 }}` # long overflow",
                "`{{ 3 ** 99999 }}` # long overflow",
            })
    void doesNotRunOrGrowWithoutBound(String template, String message) {
        assertThatThrownBy(() -> render(template))
                .isInstanceOf(TemplateException.class)
                .hasMessageContaining(message);
    }

    @Test
    void doesNotNestWithoutBound() {
        for (String nested : List.of(
                "{{ " + "(".repeat(20_000) + "1" + ")".repeat(20_000) + " }}",
                "{{ " + "-".repeat(20_000) + "1 }}",
                "{{ 1 " + "if 1 else 1 ".repeat(20_000) + " }}",
                "{{ 1" + " + 1".repeat(20_000) + " }}",
                "{% if 1 %}".repeat(20_000) + "{% endif %}".repeat(20_000),
                "{% if 0 %}" + "{% elif 0 %}".repeat(20_000) + "{% endif %}",
                "{% macro f() %}{{ f() }}{% endmacro %}{{ f() }}")) {
            assertThatThrownBy(() -> render(nested))
                    .isInstanceOf(TemplateException.class)
                    .hasMessageContaining("within each other too deep");
        }
        assertThat(render("{{ 1" + " + 1".repeat(500) + " }}")).isEqualTo("501");
    }

    private static String render(String template) {
        return Template.parse(template, CLOCK).render(VARIABLES);
    }
}
