Feature: A thousand instances
  The tier of the day at its size: four HAProxys of a thousand slots. It takes about a minute, and this machine's whole attention.

  @control @nightly @serial
  Scenario: A thousand instances are in every list, and every list follows when some go
    Given the slack-size lab
    When webapp scales to 1000
    Then consul should list exactly 1000 instances of webapp within 20s
    And every list of webapp should agree with consul within 20s
    When everybody sends 50/s to http://lb/
    And webapp replaces 2
    Then every list of webapp should agree with consul within 10s
    When webapp scales in by 200, oldest first
    Then consul should list exactly 800 instances of webapp within 10s
    And every list of webapp should agree with consul within 10s
    And the rate of 200 of everybody should be above 99% within 10s
