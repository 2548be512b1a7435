Feature: What would not have helped
  The same day, with one thing different, and it happens all the same. Each takes as long as the day: about 30 seconds.

  @insufficient
  Scenario Outline: With <factor> at <level> most requests fail in the evening all the same
    Given the slack lab with <factor> at <level>
    When everybody sends 20/s to http://lb/
    Then every list of webapp should agree with consul within 10s
    When proxy-3 is stopped
    And slow-search is at ${ROLLED_OUT}%
    Then consul should list exactly 14 instances of webapp within 20s
    When slow-search is at 0%
    Then the median latency of everybody should be below 50ms within 40s
    And the last sync of proxy-1 should be failure within 5s
    When webapp scales to ${AFTERNOON}
    And webapp replaces ${REPLACED}
    And proxy-3 is started
    And webapp scales to 7
    Then proxy-1 should list at least 12 stale instances of webapp within 5s
    And the rate of 503 of everybody should be above 50% within 15s

    # One slot more, no scale-in in the morning, checks that find the dead and have nobody else.
    Examples:
      | factor      | level |
      | slots       | 13    |
      | slot_checks | on    |

    @nightly
    Examples: another scale-in
      | factor     | level    |
      | scale_back | none     |
      | scale_back | to-eight |

    @nightly
    Examples: other releases of HAProxy
      | factor          | level |
      | haproxy_release | 2.2   |
      | haproxy_release | 3.0   |
      | haproxy_release | 3.2   |
