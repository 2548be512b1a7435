Feature: What would have kept the slots right
  The same day, with one thing different. Each takes as long as the day: about 30 seconds.

  # With more instances than slots any sync fails. What tells is whether it recovers once there is room again.
  @gate
  Scenario Outline: With <factor> at <level> the slots follow, and everybody is served in the evening
    Given the slack lab with <factor> at <level>
    When everybody sends 20/s to http://lb/
    Then every list of webapp should agree with consul within 10s
    When proxy-3 is stopped
    And slow-search is at ${ROLLED_OUT}%
    Then consul should list exactly 14 instances of webapp within 20s
    When slow-search is at 0%
    Then the median latency of everybody should be below 50ms within 40s
    When webapp scales to ${AFTERNOON}
    Then proxy-1 should agree with consul on webapp within 10s
    When webapp replaces ${REPLACED}
    Then proxy-1 should list exactly 0 stale instances of webapp within 5s
    When proxy-3 is started
    And webapp scales to 7
    Then every list of webapp should agree with consul within 10s
    And any load balancer of webapp should not route to a terminated instance throughout 2s
    And the rate of 200 of everybody should be above 99% within 10s

    Examples:
      | factor     | level      |
      | sync_order | free-first |
      | slots      | 14         |

    Examples: without a program that fills slots
      | factor    | level      |
      | discovery | consul-dns |
      | discovery | envoy-eds  |

    # A slot more than there is need for.
    @nightly
    Examples:
      | factor        | level             |
      | sync_on_error | continue          |
      | slot_kind     | dynamic           |
      | discovery     | reload-per-change |
      | slots         | 15                |

  @gate
  Scenario: Without the flag there are never more instances than slots
    Given the slack lab with flag_rollout at off
    When everybody sends 20/s to http://lb/
    Then every list of webapp should agree with consul within 10s
    When proxy-3 is stopped
    And slow-search is at ${ROLLED_OUT}%
    And webapp scales to ${AFTERNOON}
    And webapp replaces ${REPLACED}
    Then proxy-1 should list exactly 0 stale instances of webapp within 5s
    When proxy-3 is started
    And webapp scales to 7
    Then every list of webapp should agree with consul within 10s
    And any load balancer of webapp should not route to a terminated instance throughout 2s
    And the rate of 200 of everybody should be above 99% within 10s

  # The slots stay as they were, but some of those in them are still there.
  @gate
  Scenario Outline: With <factor> at <level> most requests are served in the evening, from slots that stayed as they were
    Given the slack lab with <factor> at <level>
    When everybody sends 20/s to http://lb/
    Then every list of webapp should agree with consul within 10s
    When proxy-3 is stopped
    And slow-search is at ${ROLLED_OUT}%
    Then consul should list exactly 14 instances of webapp within 20s
    When slow-search is at 0%
    Then the median latency of everybody should be below 50ms within 40s
    When webapp scales to ${AFTERNOON}
    And webapp replaces ${REPLACED}
    And proxy-3 is started
    Then proxy-3 should agree with consul on webapp within 10s
    When webapp scales to 7
    # Of the first requests after it those that fail take longest: by then they are over as well.
    Then the rate of 503 of everybody should be below 60% throughout 3s
    And the rate of 200 of everybody should be above 75% within 15s
    And the rate of 503 of everybody should be below 25% throughout 3s

    Examples:
      | factor | level |
      | churn  | none  |

    @nightly
    Examples:
      | factor      | level        |
      | termination | newest-first |
