Feature: The rules under test
  A rule that refers to a figure which is no longer there is no error: it is silent. What would have told of it is a test, with series in
  and alerts out. Prometheus' own tool runs those of `fixtures/slack/prometheus/tests`, of every rule that the labs load.

  @control
  Scenario: Every rule fires for what it is for, and the day's one for nothing at all
    Given the slack-rules lab
    Then promtool should log at least 1 lines with "every rule is as its tests say" within 10s
    And promtool should log exactly 0 lines with "FAILED" within 1s
