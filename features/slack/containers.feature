Feature: One container an instance
  The tier of the day with instances that are containers of their own: a killed one is a machine that is gone.

  @control
  Scenario: A killed container is freed from its slot, and takes one again once it is started
    Given the slack-containers lab
    When everybody sends 20/s to http://lb/
    Then consul should list exactly 3 instances of webapp within 10s
    And every list of webapp should agree with consul within 5s
    When webapp-1 is killed
    Then consul should list exactly 2 instances of webapp within 5s
    And haproxy should list exactly 0 stale instances of webapp within 5s
    And the rate of 200 of everybody should be above 99% within 5s
    When webapp-1 is started
    Then consul should list exactly 3 instances of webapp within 5s
    And haproxy should list exactly 3 instances of webapp within 5s
    And every list of webapp should agree with consul within 5s
