Feature: The evening at Slack, and what people tried
  The slots hold instances that are gone. Here the tier outgrows its slots by being told to, and shrinks at once, so that nobody waits for
  the day. Consul's checks, of one a second, and the lab's start are most of the 20 seconds of each.

  @incident
  Scenario: Scaling out does not help: what is new gets nothing while the few in the slots are busy
    Given the slack lab
    When everybody sends 20/s to http://lb/
    And webapp scales to 12
    Then every list of webapp should agree with consul within 5s
    When webapp scales out by 2
    Then the last sync of proxy-1 should be failure within 5s
    And the last sync of proxy-2 should be failure within 5s
    And the last sync of proxy-3 should be failure within 5s
    # Of the three that are left, one is in the slots.
    When webapp scales to 3
    Then the rate of 503 of everybody should be above 50% within 15s
    And any load balancer of webapp should route to a terminated instance within 5s
    When webapp scales out by 6
    Then consul should list exactly 9 instances of webapp within 5s
    And webapp should have exactly 8 idle instances within 10s
    And the rate of 503 of everybody should be above 50% throughout 2s

  @incident
  Scenario: A rolling restart heals, until the instances exceed the slots again
    Given the slack lab
    When everybody sends 20/s to http://lb/
    And webapp scales to 12
    Then every list of webapp should agree with consul within 5s
    When webapp scales out by 2
    Then the last sync of proxy-1 should be failure within 5s
    When webapp scales to 9
    Then proxy-1 should list at least 4 stale instances of webapp within 5s
    When proxy-1 is restarted
    And proxy-2 is restarted
    And proxy-3 is restarted
    Then every list of webapp should agree with consul within 10s
    And any load balancer of webapp should not route to a terminated instance throughout 2s
    And the rate of 200 of everybody should be above 99% within 10s
    When webapp scales to 14
    Then the last sync of proxy-1 should be failure within 5s
    When webapp scales to 9
    Then proxy-1 should list at least 4 stale instances of webapp within 5s

  @incident
  Scenario: A restart while the instances exceed the slots does not heal
    Given the slack lab
    When everybody sends 20/s to http://lb/
    And webapp scales to 12
    Then every list of webapp should agree with consul within 5s
    When webapp scales out by 2
    Then the last sync of proxy-1 should be failure within 5s
    When proxy-1 is restarted
    Then proxy-1 should list exactly 12 instances of webapp within 10s
    And the last sync of proxy-1 should be failure within 5s
    When webapp scales to 9
    Then proxy-1 should list at least 4 stale instances of webapp within 5s
    And every list of webapp should not agree with consul throughout 2s
