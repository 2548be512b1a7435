Feature: The alert that stayed silent
  On that day an alert for exactly this existed, and did not fire: it had been broken for a long time, and nothing had ever changed that
  would have shown it. Here Prometheus, Alertmanager and whoever is told are raised beside the load balancers, and the tier outgrows its
  slots by being told to. The alert is SlotsFrozen. Three rules that it could have are on trial beside it: SyncFails, SyncIsOld and
  SlotsDiverge. They and the dead-man's switch, Watchdog, show that the silence is that of the rule.
  A rule needs some seconds, and silence is watched for eight; with the lab's start it takes about 40 seconds.

  @incident @alerts
  Scenario: The alert is silent while the slots are frozen, and it is the rule that is
    Given the slack lab
    Then the alert "Watchdog" should fire within 15s
    When webapp scales to 12
    Then every list of webapp should agree with consul within 5s
    When webapp scales out by 2
    Then the last sync of proxy-1 should be failure within 5s
    And the alert "SyncFails" should fire within 10s
    And the alert "SyncIsOld" should fire within 15s
    When webapp scales to 9
    Then proxy-1 should list at least 4 stale instances of webapp within 5s
    And the alert "SlotsDiverge" should fire within 15s
    And the alert "SlotsFrozen" should not fire throughout 8s
    And the alert "Watchdog" should fire within 5s
