Feature: Other ways to learn which instances there are, and what is weak about each
  The remedies have the same day with each of them. Here is what each does when it is at its end. Consul's checks, of one a second, and
  the lab's start are most of the 15 to 30 seconds of each; where HAProxy asks every ten seconds it is 40.

  # `add server` came with HAProxy 2.4: before, a program that would use it fails as the other one does.
  @insufficient
  Scenario: With servers that are added at run time, on a release that cannot, the slots freeze all the same
    Given the slack lab with slot_kind at dynamic and haproxy_release at 2.2
    When everybody sends 20/s to http://lb/
    And webapp scales to 12
    Then every list of webapp should agree with consul within 5s
    When webapp scales out by 2
    Then the last sync of proxy-1 should be failure within 5s
    When webapp scales to 3
    Then proxy-1 should list at least 8 stale instances of webapp within 5s
    And the rate of 503 of everybody should be above 50% within 15s

  @gate
  Scenario Outline: With servers that are added at run time, HAProxy <release> goes beyond its slots and back
    Given the slack lab with slot_kind at dynamic and haproxy_release at <release>
    When everybody sends 20/s to http://lb/
    And webapp scales to 12
    Then every list of webapp should agree with consul within 5s
    When webapp scales out by 2
    Then every list of webapp should agree with consul within 5s
    When webapp scales to 3
    Then every list of webapp should agree with consul within 5s
    And the rate of 200 of everybody should be above 99% within 10s

    Examples:
      | release |
      | 2.6     |

    @nightly
    Examples:
      | release |
      | 3.0     |
      | 3.2     |

  # The day: an Envoy keeps what it was told last. Where less than half of that is well, it sends to all of it: its panic threshold.
  @insufficient
  Scenario: Envoys whose control plane dies at the overflow send most requests to instances that are gone
    Given the slack lab with discovery at envoy-eds-control-plane-dies
    When everybody sends 20/s to http://lb/
    Then every list of webapp should agree with consul within 10s
    And control-plane should be running within 5s
    When slow-search is at ${ROLLED_OUT}%
    Then consul should list exactly 14 instances of webapp within 20s
    And control-plane should be exited within 5s
    When slow-search is at 0%
    Then the median latency of everybody should be below 50ms within 40s
    When webapp scales to ${AFTERNOON}
    And webapp replaces ${REPLACED}
    And webapp scales to 7
    Then every list of webapp should not agree with consul throughout 2s
    And the rate of 503 of everybody should be above 50% within 15s
    And any load balancer of webapp should route to a terminated instance within 5s

  # Health checks alone are enough while most of what Envoy knows is there.
  @control
  Scenario: Envoys without a control plane leave out the few instances that are gone
    Given the slack lab with discovery at envoy-eds
    When everybody sends 20/s to http://lb/
    Then every list of webapp should agree with consul within 10s
    When control-plane is killed
    And webapp scales in by 2, oldest first
    Then proxy-1 should list exactly 2 stale instances of webapp within 5s
    And the rate of 200 of everybody should be above 99% within 10s
    # Without health checks they are tried, and each time that costs the 300 ms of a connection that nobody answers.
    And the p95 latency of everybody should be below 250ms within 10s

  # Of the twelve that they know eight are gone: more than half. As above, but for the threshold.
  @control
  Scenario: Envoys that never panic send to the few that are well, whatever they were told last
    Given the slack lab with discovery at envoy-eds-control-plane-dies and panic_threshold at 0
    When everybody sends 20/s to http://lb/
    Then every list of webapp should agree with consul within 10s
    When webapp scales to 14
    Then control-plane should be exited within 5s
    When webapp scales in by 8, oldest first
    Then every list of webapp should not agree with consul throughout 2s
    And proxy-1 should list exactly 8 stale instances of webapp within 5s
    And the rate of 200 of everybody should be above 99% within 10s
    And the p95 latency of everybody should be below 250ms within 10s
    And any load balancer of webapp should not route to a terminated instance throughout 2s

  @control
  Scenario: HAProxy ignores the answers of a name server that are more than it has servers
    Given the slack lab with discovery at consul-dns
    When everybody sends 20/s to http://lb/
    Then every list of webapp should agree with consul within 10s
    When webapp scales to 14
    Then consul should list exactly 14 instances of webapp within 5s
    And proxy-1 should list exactly 12 instances of webapp within 5s
    And every list of webapp should not agree with consul throughout 2s
    When webapp scales to 9
    Then every list of webapp should agree with consul within 5s
    And the rate of 200 of everybody should be above 99% within 10s

  # HAProxy minds no TTL. What changes between two of its questions it does not know.
  @control
  Scenario: HAProxys that ask every ten seconds send to instances that are gone meanwhile
    Given the slack lab with discovery at consul-dns-every-10s
    When everybody sends 20/s to http://lb/
    Then every list of webapp should agree with consul within 15s
    When webapp scales out by 1
    # It has just asked.
    Then proxy-1 should agree with consul on webapp within 15s
    When webapp scales in by 2, oldest first
    Then proxy-1 should list exactly 2 stale instances of webapp throughout 3s
    # Of each proxy's time until it asks again, only that of proxy-1 is known: so at some time, and not throughout.
    And the p95 latency of everybody should be above 250ms within 4s
    And every list of webapp should agree with consul within 15s
    And the p95 latency of everybody should be below 250ms within 10s

  # No resolver has to take more, and Consul then picks three at random. What was picked before is given up at once: the pool is never whole.
  @control
  Scenario: Of answers of 512 bytes an HAProxy knows three instances at a time, whoever they are
    Given the slack lab with discovery at consul-dns-512-bytes
    When everybody sends 20/s to http://lb/
    Then consul should list exactly 8 instances of webapp within 5s
    And proxy-1 should list at most 3 instances of webapp throughout 5s
    And every list of webapp should not agree with consul throughout 1s
    And the rate of 200 of everybody should be above 99% within 10s
    And webapp should have exactly 0 idle instances within 10s

  # Slack had rejected this design: with frequent changes old processes pile up, one for each reload while connections last.
  @control
  Scenario: Each reload leaves an old process until its connections end, and forgets what was set at run time
    Given the slack lab with discovery at reload-per-change
    Then every list of webapp should agree with consul within 10s
    And proxy-1 should run exactly 2 processes within 5s
    When alice holds 6 WebSockets to ws://lb/socket
    Then alice should hold exactly 6 WebSockets within 5s
    When "/relapse-agent runtime 'set server webapp/webapp1 state maint'" is run in lb-1
    Then proxy-1 should list exactly 7 instances of webapp within 2s
    When webapp scales out by 1
    Then every list of webapp should agree with consul within 10s
    When bob holds 6 WebSockets to ws://lb/socket
    Then bob should hold exactly 6 WebSockets within 5s
    When webapp scales out by 1
    Then every list of webapp should agree with consul within 10s
    # The master, the one that works, and an old one for each change.
    And proxy-1 should run exactly 4 processes within 5s
    And alice should hold exactly 6 WebSockets throughout 4s
    And bob should hold exactly 6 WebSockets throughout 1s
    When alice leaves
    And bob leaves
    Then proxy-1 should run exactly 2 processes within 10s

  @control
  Scenario: With a limit for old processes a reload costs the connections that last
    Given the slack lab with discovery at reload-per-change and hard_stop_after at 3s
    Then every list of webapp should agree with consul within 10s
    When alice holds 6 WebSockets to ws://lb/socket
    Then alice should hold exactly 6 WebSockets within 5s
    When webapp scales out by 1
    Then every list of webapp should agree with consul within 10s
    And alice should hold exactly 0 WebSockets within 10s
    And proxy-1 should run exactly 2 processes within 5s
