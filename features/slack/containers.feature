Feature: Instances that are containers, and four lists of them
  The same tier where every instance is a container of its own: a container that is killed is an instance that was terminated. Consul's
  catalogue, an HAProxy whose slots follow it, an nginx with a fixed list and Docker's DNS are compared.
  Consul's checks, of one a second, and the lab's start are most of the 15 to 20 seconds.

  @control
  Scenario: A killed container leaves the slots and the name, stays in a fixed list, and comes back
    Given the slack-containers lab
    When everybody sends 20/s to http://haproxy/
    And callers sends 10/s to http://nginx/
    Then every list of webapp should agree with consul within 10s
    When webapp-2 is killed
    Then consul should list exactly 2 instances of webapp within 5s
    And haproxy should agree with consul on webapp within 5s
    And visitor should agree with consul on webapp within 5s
    And nginx should list exactly 1 stale instances of webapp within 5s
    And haproxy should not route to a terminated instance of webapp throughout 2s
    And nginx should route to a terminated instance of webapp within 5s
    And the rate of 200 of everybody should be above 99% within 10s
    When webapp-2 is started
    Then consul should list exactly 3 instances of webapp within 10s
    And every list of webapp should agree with consul within 5s
    And the rate of 200 of everybody should be above 99% within 10s
