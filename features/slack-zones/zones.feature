Feature: One zone overflows alone
  Each availability zone has a pool of its own: an HAProxy with the slots of its zone's instances. Where only one zone outgrows its
  slots, only that zone's HAProxy stops to follow, and half of all users are served as if nothing were wrong.
  Each takes about 20 seconds, most of them the start of its lab and Consul's checks, of one a second.

  @incident @why
  Scenario: One zone's HAProxy answers 503 after the scale-in, and the other one's serves
    Given the slack-zones lab
    When everybody sends 10/s to http://lb/
    And callers-a sends 20/s to http://lb-a/
    And callers-b sends 20/s to http://lb-b/
    Then haproxy-a should agree with consul on webapp-a within 5s
    And haproxy-b should agree with consul on webapp-b within 5s
    When webapp-a scales to 6
    Then consul should list exactly 6 instances of webapp-a within 5s
    And haproxy-a should list exactly 4 instances of webapp-a within 5s
    And the last sync of haproxy-a should be failure within 5s
    When webapp-a replaces 2
    Then haproxy-a should list at least 2 stale instances of webapp-a within 5s
    # The four oldest go: the zone has two instances left, and room for four.
    When webapp-a scales to 2
    Then haproxy-a should list exactly 4 stale instances of webapp-a within 5s
    And haproxy-b should agree with consul on webapp-b within 5s
    And the rate of 200 of callers-b should be above 95% within 5s
    And the rate of 503 of everybody should be above 30% within 10s
    And the rate of 503 of callers-a should be above 50% within 10s

  @gate
  Scenario Outline: With <factor> at <level> both zones serve after the scale-in
    Given the slack-zones lab with <factor> at <level>
    When everybody sends 10/s to http://lb/
    And callers-a sends 20/s to http://lb-a/
    Then haproxy-a should agree with consul on webapp-a within 5s
    When webapp-a scales to 6
    And webapp-a replaces 2
    Then haproxy-a should list exactly 0 stale instances of webapp-a within 5s
    When webapp-a scales to 2
    Then haproxy-a should agree with consul on webapp-a within 5s
    And haproxy-b should agree with consul on webapp-b within 5s
    And the rate of 200 of callers-a should be above 95% within 10s
    And the rate of 200 of everybody should be above 95% within 5s

    Examples:
      | factor     | level      |
      | sync_order | free-first |

    @nightly
    Examples:
      | factor | level |
      | slots  | 8     |
