// SPDX-License-Identifier: Apache-2.0
package io.coffey.jinja;

import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Splits a template into tokens, and applies its rules of white space: a tag or comment alone on its line takes the
 * line with it, {@code -} takes all white space on its side, {@code +} leaves what there is.
 */
final class Lexer {

    private static final Pattern OPENING = Pattern.compile("\\{[{%#]");
    private static final Pattern RAW = Pattern.compile("\\{%([-+]?)\\s*raw\\s*([-+]?)%\\}");
    private static final Pattern END_RAW = Pattern.compile("\\{%([-+]?)\\s*endraw\\s*([-+]?)%\\}");
    private static final Pattern PART = Pattern.compile(
            "(?<space>\\s+)|(?<close>[-+]?%\\}|-?\\}\\})|(?<float>\\d[\\d_]*(?:\\.\\d+(?:[eE][+-]?\\d+)?|[eE][+-]?\\d+))"
                    + "|(?<integer>\\d[\\d_]*)|(?<name>[\\p{L}_][\\p{L}\\p{N}_]*)"
                    + "|(?<string>'(?:[^'\\\\]|\\\\.)*'|\"(?:[^\"\\\\]|\\\\.)*\")"
                    + "|(?<operator>\\*\\*|//|==|!=|>=|<=|[-+*/%~<>=\\[\\](){}.:,|])",
            Pattern.DOTALL);

    private final String source;
    private final List<Token> tokens = new ArrayList<>();
    private int position;
    private int line = 1;
    private boolean lineStarts = true;

    private Lexer(String source) {
        this.source = source;
    }

    /** The tokens of a template; the last is {@link Token.Kind#END}. */
    static List<Token> tokens(String template) {
        String normalized = template.replace("\r\n", "\n").replace('\r', '\n');
        Lexer lexer =
                new Lexer(normalized.endsWith("\n") ? normalized.substring(0, normalized.length() - 1) : normalized);
        lexer.run();
        return lexer.tokens;
    }

    private void run() {
        Matcher opening = OPENING.matcher(source);
        while (opening.find(position)) {
            int at = opening.start();
            char kind = source.charAt(at + 1);
            Matcher raw = RAW.matcher(source).region(at, source.length());
            char sign = at + 2 < source.length() ? source.charAt(at + 2) : ' ';
            data(source.substring(position, at), sign, kind == '{');
            if (raw.lookingAt()) {
                raw(raw);
            } else if (kind == '#') {
                comment(at);
            } else {
                code(at, kind, sign);
            }
        }
        data(source.substring(position), ' ', true);
        add(Token.Kind.END, "");
    }

    /** Text before an opening, less what that takes from it. */
    private void data(String text, char sign, boolean output) {
        String kept = text;
        if (sign == '-') {
            kept = Texts.stripped(text, null, false, true);
        } else if (sign != '+' && !output) {
            int start = text.lastIndexOf('\n') + 1;
            if ((start > 0 || lineStarts)
                    && Texts.stripped(text.substring(start), null, true, true).isEmpty()) {
                kept = text.substring(0, start);
            }
        }
        if (!kept.isEmpty()) {
            add(Token.Kind.DATA, kept);
        }
        advance(position + text.length());
    }

    private void raw(Matcher begin) {
        Matcher end = END_RAW.matcher(source);
        if (!end.find(begin.end())) {
            throw TemplateException.of("expected {% endraw %} after {% raw %}").at(line);
        }
        advance(begin.end());
        closed(begin.group(2).equals("-") ? "-" : "+");
        data(source.substring(position, Math.max(position, end.start())), sign(end.group(1)), false);
        advance(end.end());
        closed(end.group(2));
    }

    private void comment(int at) {
        int end = source.indexOf("#}", at + 2);
        if (end < 0) {
            throw TemplateException.of("expected #} at the end of a comment").at(line);
        }
        String sign = source.substring(end - 1, end);
        advance(end + 2);
        closed(end - 1 > at + 1 ? sign : "");
    }

    private void code(int at, char kind, char sign) {
        boolean output = kind == '{';
        add(output ? Token.Kind.OUTPUT_BEGIN : Token.Kind.TAG_BEGIN, output ? "{{" : "{%");
        advance(at + (sign == '-' || sign == '+' ? 3 : 2));
        int depth = 0;
        while (true) {
            Matcher part = PART.matcher(source).region(position, source.length());
            if (!part.lookingAt()) {
                throw TemplateException.of(
                                position == source.length()
                                        ? "expected %s, found the end of the template".formatted(output ? "}}" : "%}")
                                        : "unexpected character " + source.substring(position, position + 1))
                        .at(line);
            }
            String text = part.group();
            if (part.group("close") != null && text.endsWith(output ? "}}" : "%}") && depth == 0) {
                add(output ? Token.Kind.OUTPUT_END : Token.Kind.TAG_END, text);
                advance(part.end());
                closed(output && !text.startsWith("-") ? "+" : text.substring(0, 1));
                return;
            }
            if (part.group("close") != null) { // not the end after all: an operator or a brace
                text = text.substring(0, 1);
            }
            depth += "{[(".contains(text) ? 1 : "}])".contains(text) ? -1 : 0;
            if (part.group("space") == null) {
                add(part, text);
            }
            advance(position + text.length());
        }
    }

    private void add(Matcher part, String text) {
        if (part.group("name") != null) {
            add(Token.Kind.NAME, text);
        } else if (part.group("string") != null) {
            add(Token.Kind.STRING, Escapes.unescaped(text.substring(1, text.length() - 1)));
        } else if (part.group("integer") != null) {
            add(Token.Kind.INTEGER, text.replace("_", ""));
        } else if (part.group("float") != null) {
            add(Token.Kind.FLOAT, text.replace("_", ""));
        } else {
            add(Token.Kind.OPERATOR, text);
        }
    }

    /** What the end of a tag takes from the text behind it. */
    private void closed(String sign) {
        int end = position;
        if (sign.equals("-")) {
            while (end < source.length() && Texts.isSpace(source.charAt(end))) {
                end++;
            }
        } else if (!sign.equals("+") && source.startsWith("\n", end)) {
            end++;
        }
        advance(end);
        lineStarts = source.charAt(position - 1) == '\n';
    }

    private static char sign(String group) {
        return group.isEmpty() ? ' ' : group.charAt(0);
    }

    private void advance(int to) {
        for (int i = position; i < to; i++) {
            line += source.charAt(i) == '\n' ? 1 : 0;
        }
        position = to;
    }

    private void add(Token.Kind kind, String text) {
        tokens.add(new Token(kind, text, line));
    }
}
