Feature: The alert that stayed silent
  On that day an alert for exactly this existed, and did not fire: it had been broken for a long time, and nothing had ever changed that
  would have shown it. Here Prometheus, Alertmanager and whoever is told are raised beside the load balancers. The tier outgrows its slots
  by being told to. Rules need some seconds, and silence is watched for ten; with the lab's start a scenario takes 25 to 35 seconds.

  @incident @alerts
  Scenario: The alert is silent while the slots are frozen, and it is the rule that is
    Given the slack lab
    Then the alert "Watchdog" should fire within 15s
    When webapp scales to 12
    Then every list of webapp should agree with consul within 5s
    When webapp scales out by 2
    Then the last sync of haproxy-1 should be failure within 5s
    When webapp scales to 9
    Then haproxy-1 should list at least 4 stale instances of webapp within 5s
    And the alert "SyncFails" should fire within 10s
    And the alert "SlotsFrozen" should not fire throughout 10s
    And the alert "Watchdog" should fire within 5s
