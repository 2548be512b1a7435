Feature: Everybody is gone for a moment, and the slots do not say so
  An HAProxy fills its slots from SRV records (`server-template … resolvers`). All instances went at once, as machines of a spot market do, so
  that for some seconds the name had no records. That is the trigger of haproxy/haproxy#3400, the public twin of Slack's day: there, on 2.8.24,
  no instance that came later ever got a slot. None of the releases that Debian has does that. On 2.2 the same trigger does something else: a
  name without records frees no slot, and each request is tried at machines that are gone until it has no more tries, where later releases
  answer at once that there is nobody. Once there are instances again, some of the slots of 2.2 go on with the address of who had them before,
  for up to half a minute.
  Consul's checks, of one a second, and the lab's start are most of the 15 to 20 seconds of each.

  @incident @why
  Scenario: While nobody is there, every request waits for machines that are gone
    Given the srv-slots lab
    Then haproxy should list exactly 16 instances of webapp within 10s
    When everybody sends 20/s to http://lb/
    And webapp scales to ${MEANWHILE}
    And webapp scales to ${LEFT}
    Then consul should list exactly ${LEFT} instances of webapp within 5s
    And haproxy should list exactly 16 stale instances of webapp throughout 4s
    And the median latency of everybody should be above 500ms throughout 4s

  @gate
  Scenario Outline: With <factor> at <level> the slots follow, and nobody waits
    Given the srv-slots lab with <factor> at <level>
    Then haproxy should list exactly 16 instances of webapp within 10s
    When everybody sends 20/s to http://lb/
    And webapp scales to ${MEANWHILE}
    And webapp scales to ${LEFT}
    Then consul should list exactly ${LEFT} instances of webapp within 5s
    And haproxy should list exactly 0 stale instances of webapp within 8s
    And the median latency of everybody should be below 50ms within 10s

    Examples:
      | factor          | level   |
      | haproxy_release | 2.6     |
      | replacement     | rolling |

    @nightly
    Examples:
      | factor          | level |
      | haproxy_release | 3.0   |
      | haproxy_release | 3.2   |

  # Users are served again as on the day: what differs is that nothing goes on with the address of who had it before.
  @control
  Scenario Outline: With <factor> at <level> every new instance gets a slot
    Given the srv-slots lab with <factor> at <level>
    When everybody sends 20/s to http://lb/
    And webapp scales to ${MEANWHILE}
    And webapp scales to ${LEFT}
    And webapp scales to 16
    Then haproxy should agree with consul on webapp within 8s
    And the rate of 200 of everybody should be above 99% within 10s
    And webapp should have exactly 0 idle instances within 10s

    Examples:
      | factor          | level   |
      | haproxy_release | 2.6     |
      | replacement     | rolling |

    @nightly
    Examples:
      | factor          | level |
      | haproxy_release | 3.0   |
      | haproxy_release | 3.2   |
