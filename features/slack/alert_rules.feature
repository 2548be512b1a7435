Feature: What an alert could have looked at
  Frozen slots can be told of by what the sync program says of its runs, by the age of its last success, or by the slots themselves. What
  each of these rules sees of the two ways to freeze, and whom they tell when nothing is wrong. As in `alerts.feature`; a rule needs some
  seconds, and silence is watched for some, so that with the lab's start each takes 20 to 40 seconds.

  # The day's other alert is for what users get, and comes when they no longer get it.
  @incident @alerts
  Scenario: That requests fail is the first that anybody is told of
    Given the slack lab
    When everybody sends 20/s to http://lb/
    Then the alert "Watchdog" should fire within 15s
    When webapp scales to 12
    And webapp scales out by 2
    Then the last sync of proxy-1 should be failure within 5s
    When webapp scales to 9
    Then proxy-1 should list at least 4 stale instances of webapp within 5s
    And the alert "ErrorRate" should not fire throughout 3s
    When webapp scales to 3
    Then the rate of 503 of everybody should be above 50% within 15s
    And the alert "ErrorRate" should fire within 10s
    And the alert "SlotsFrozen" should not fire within 5s

  @gate @alerts
  Scenario Outline: With alert at <level> somebody is told that the slots are frozen
    Given the slack lab with alert at <level>
    Then the alert "Watchdog" should fire within 15s
    When webapp scales to 12
    Then every list of webapp should agree with consul within 5s
    And the alert "SlotsFrozen" should not fire throughout 3s
    When webapp scales out by 2
    Then the last sync of proxy-1 should be failure within 5s
    When webapp scales to 9
    Then proxy-1 should list at least 4 stale instances of webapp within 5s
    And the alert "SlotsFrozen" should fire within 15s

    Examples:
      | level           |
      | on-sync-failure |

    @nightly
    Examples:
      | level         |
      | on-sync-age   |
      | on-divergence |

  # A frozen list has a cure, and whoever was told of it is told of that as well.
  @gate @alerts
  Scenario: Once a rolling restart has healed the slots, the alert is resolved
    Given the slack lab with alert at on-divergence
    Then the alert "Watchdog" should fire within 15s
    When webapp scales to 12
    Then every list of webapp should agree with consul within 5s
    When webapp scales out by 2
    Then the last sync of proxy-1 should be failure within 5s
    When webapp scales to 9
    Then the alert "SlotsFrozen" should fire within 15s
    When proxy-1 is restarted
    And proxy-2 is restarted
    And proxy-3 is restarted
    Then every list of webapp should agree with consul within 10s
    And the alert "SlotsFrozen" should be resolved within 15s

  # With more instances than slots any sync fails, and by itself that harms nobody: a rule on failures tells of it all the same.
  @control @alerts
  Scenario: More instances than slots, and they follow: only the rule on stale slots knows that nothing is wrong
    Given the slack lab with sync_order at free-first
    Then the alert "Watchdog" should fire within 15s
    When webapp scales to 14
    Then proxy-1 should list exactly 12 instances of webapp within 5s
    And proxy-1 should list exactly 0 stale instances of webapp within 5s
    And the alert "SyncFails" should fire within 10s
    And the alert "SyncIsOld" should fire within 15s
    And the alert "SlotsDiverge" should not fire throughout 6s
    When webapp scales to 9
    Then every list of webapp should agree with consul within 5s
    And the alert "SyncFails" should be resolved within 15s
    And the alert "SyncIsOld" should be resolved within 15s
    And the alert "SlotsDiverge" should not fire throughout 3s

  # The other way to freeze. A watch that ends where its command fails, as consul-template does, needs one failure, of any kind: the program
  # then succeeds again and again, at the list of then.
  @insufficient @alerts
  Scenario Outline: With the watcher gone, <level> is silent while the slots are frozen
    Given the slack lab with discovery at watcher-gone and alert at <level>
    Then the alert "Watchdog" should fire within 15s
    And every list of webapp should agree with consul within 5s
    When proxy-1 is stopped
    And webapp scales out by 1
    Then watch-1 should be exited within 10s
    When proxy-1 is started
    Then the last sync of proxy-1 should be success within 10s
    And proxy-1 should agree with consul on webapp within 5s
    And the alert "SlotsFrozen" should not fire within 15s
    When webapp scales to 5
    Then proxy-1 should list exactly 4 stale instances of webapp within 5s
    And proxy-2 should list exactly 0 stale instances of webapp within 5s
    And the alert 'SlotsDiverge{list="proxy-1"}' should fire within 15s
    And the alert 'SlotsDiverge{list="proxy-2"}' should not fire within 1s
    And the alert "SlotsFrozen" should not fire throughout 8s
    And the last sync of proxy-1 should be success within 1s

    Examples:
      | level           |
      | on-sync-failure |

    @nightly
    Examples:
      | level       |
      | on-sync-age |

  @gate @alerts
  Scenario: With the watcher gone, a rule on stale slots still tells
    Given the slack lab with discovery at watcher-gone and alert at on-divergence
    Then the alert "Watchdog" should fire within 15s
    And every list of webapp should agree with consul within 5s
    When proxy-1 is stopped
    And webapp scales out by 1
    Then watch-1 should be exited within 10s
    When proxy-1 is started
    Then proxy-1 should agree with consul on webapp within 10s
    And the alert "SlotsFrozen" should not fire throughout 3s
    When webapp scales to 5
    Then proxy-2 should list exactly 0 stale instances of webapp within 5s
    And the alert 'SlotsFrozen{list="proxy-1"}' should fire within 15s
    And the alert 'SlotsFrozen{list="proxy-2"}' should not fire throughout 3s
    And the alert 'SlotsFrozen{list="proxy-1"}' should fire within 5s

  # Envoys freeze as well, when nobody tells them any more. There is no program then that could fail, or say when it last succeeded.
  @gate @alerts
  Scenario: With Envoys whose control plane died, a rule on stale slots is the only one that tells
    Given the slack lab with discovery at envoy-eds-control-plane-dies and alert at on-divergence
    Then the alert "Watchdog" should fire within 15s
    And every list of webapp should agree with consul within 10s
    And the alert "SlotsFrozen" should not fire throughout 3s
    When webapp scales to 14
    And webapp scales to 9
    Then proxy-1 should list exactly 5 stale instances of webapp within 5s
    And the alert "SlotsFrozen" should fire within 15s
    And the alert "SyncFails" should not fire throughout 3s
    And the alert "SyncIsOld" should not fire within 1s
    And the alert "SlotsFrozen" should fire within 5s

  # Prometheus asks Consul's name server itself, so that its graphs of the instances are those of a good day.
  @control @alerts
  Scenario: What Prometheus scrapes follows while the slots do not, and all of it is well
    Given the slack lab
    Then the alert "Watchdog" should fire within 15s
    And prometheus should agree with consul on scraped-webapp within 15s
    When webapp scales to 14
    Then the last sync of proxy-1 should be failure within 5s
    When webapp scales to 5
    Then proxy-1 should list at least 8 stale instances of webapp within 5s
    And prometheus should agree with consul on scraped-webapp within 15s
    And 'count(up{job="webapp"} == 1)' in prometheus should be exactly 5 within 5s
    And 'count(up{job="webapp"} == 0) or vector(0)' in prometheus should be exactly 0 within 5s
    And proxy-1 should list at least 8 stale instances of webapp within 1s

  # In an overflow the list of then stays too long for the slots, so that here the program goes on to fail, and to tell.
  @control @alerts
  Scenario: With the watchers gone a rolling restart does not heal
    Given the slack lab with discovery at watcher-gone
    Then the alert "Watchdog" should fire within 15s
    And every list of webapp should agree with consul within 5s
    And watch-1 should be running within 5s
    And watch-2 should be running within 5s
    And watch-3 should be running within 5s
    When webapp scales to 14
    Then watch-1 should be exited within 10s
    And watch-2 should be exited within 10s
    And watch-3 should be exited within 10s
    When webapp scales to 9
    Then proxy-1 should list at least 3 stale instances of webapp within 5s
    When proxy-1 is restarted
    And proxy-2 is restarted
    And proxy-3 is restarted
    Then proxy-1 should list exactly 12 instances of webapp within 10s
    And proxy-1 should list at least 3 stale instances of webapp within 5s
    And every list of webapp should not agree with consul throughout 3s
    And the alert "SyncFails" should fire within 10s
    And the alert "SyncIsOld" should fire within 10s
    And the alert "SlotsDiverge" should fire within 10s

  # An alert on a list that nobody can read would be one on the past.
  @control @alerts @nightly
  Scenario: A list that cannot be read has no servers for Prometheus, and somebody is told
    Given the slack lab
    Then the alert "Watchdog" should fire within 15s
    And every list of webapp should agree with consul within 5s
    When proxy-1 is stopped
    Then the alert 'ListUnreadable{list="proxy-1"}' should fire within 10s
    And 'count(list_server{list="proxy-1"}) or vector(0)' in prometheus should be exactly 0 within 5s
    And 'count(list_server{list="proxy-2"}) or vector(0)' in prometheus should be exactly 8 within 5s
    When consul is paused
    Then the alert 'ListUnreadable{list="consul"}' should fire within 15s
    And the alert "SlotsDiverge" should not fire throughout 5s
