// SPDX-License-Identifier: Apache-2.0
package io.coffey.cli.guarantee;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * What a reader of committed records was shown while the run went on is what the log holds in the end: every record it
 * saw is there still, unchanged, and none came in later before one it had seen.
 *
 * @param seen records that it saw, by place
 * @param log records that the log holds, by place
 */
public record NothingTakenBack(Map<RunRecords.Place, Integer> seen, Map<RunRecords.Place, Integer> log)
        implements Guarantee {

    @Override
    public List<String> violations() {
        List<String> violations = new ArrayList<>();
        seen.forEach((place, checksum) -> {
            Integer found = log.get(place);
            if (found == null) {
                violations.add("%s was shown to a reader and is gone".formatted(place));
            } else if (!found.equals(checksum)) {
                violations.add("%s was shown to a reader and is another record now".formatted(place));
            }
        });
        log.keySet().stream()
                .filter(place -> !seen.containsKey(place))
                .forEach(place -> violations.add("%s was never shown to a reader that passed it".formatted(place)));
        return violations;
    }
}
