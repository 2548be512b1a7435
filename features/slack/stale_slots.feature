Feature: Load balancers that no longer know who is there
  Slack, 2020-05-12. HAProxys have a fixed number of slots, which a program fills at run time with the webapp instances that Consul
  lists. One morning a flag made the database slow, workers waited, and the autoscaler added instances until there were more of them
  than slots. From then on the program failed, and the slots stayed as they were while instances came and went. In the evening the
  tier shrank by its oldest instances, which were those in the slots.
  The eight hours are eight replacements. A day takes about 25 seconds, many of them Consul's checks, of one a second.

  @incident @why
  Scenario: Most requests fail in the evening of a day on which the slots stayed as they were
    Given the slack lab
    When everybody sends 20/s to http://lb/
    Then consul should list exactly 8 instances of webapp within 5s
    # It is started again in mid-day.
    When proxy-3 is stopped
    # 08:30
    And slow-search is at ${ROLLED_OUT}%
    Then the median latency of everybody should be above 200ms within 10s
    And the last scale-out of webapp should be success within 15s
    And consul should list exactly 14 instances of webapp within 10s
    # 08:35. More instances than slots, and nobody notices.
    When slow-search is at 0%
    Then the median latency of everybody should be below 50ms within 40s
    And the last sync of proxy-1 should be failure within 5s
    And the error rate of everybody should be below 1% within 10s
    # 09:00
    When webapp scales to ${AFTERNOON}
    Then proxy-1 should list at least 3 stale instances of webapp within 5s
    # One an hour.
    When webapp replaces ${REPLACED}
    Then proxy-1 should list at least 9 stale instances of webapp within 5s
    When proxy-3 is started
    Then proxy-3 should agree with consul on webapp within 10s
    # 16:45
    When webapp scales to 7
    Then the rate of 503 of everybody should be above 50% within 15s
