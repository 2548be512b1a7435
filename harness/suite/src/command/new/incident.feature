Feature: NAME
  What happened, when, to whom, and what it cost: for somebody who was not there.

  # This is red: nothing of the incident is described yet, so the user is served, and the last Then is violated.
  # Next: 1. make fixtures/NAME/compose.yaml look like the day; 2. write the Whens that set it off (`relapse steps` lists them);
  # 3. make the last Then what users saw. When `relapse run features/NAME` says held, the outage happens. Then add the remedies as
  # levels of factors, a @gate for each, and ask `relapse prove features/NAME` and `relapse why features/NAME`.
  @incident @why
  Scenario: The user does not get the app
    Given the NAME lab
    # Before: what users got while all was well. Whoever is never seen well could not be seen at all.
    When alice opens http://proxy/
    Then alice should be answered 200 by app at proxy within 5s
    # Here what set it off; then what users saw.
    When alice opens http://proxy/
    Then alice should be answered 502 by proxy at proxy within 5s
