Feature: What works on a good day
  The loop is only worth something next to what must work in the same lab.

  @control
  Scenario: A bot that lives is served by its own container
    Given the trap lab
    And to-hutohu is logged-in at q.trap.jp
    When to-hutohu pushes bot as example with showcase.yaml
      """
      type: runtime
      entrypoint: python3 bot.py
      http_proxy: ${APP_PORT}
      envs: { BOT_ACCESS_TOKEN: from-the-developer-console }
      """
    Then the last deploy of example.to-hutohu.trap.show should be success within 10s
    And example.to-hutohu.trap.show should be running within 5s
    And example.to-hutohu.trap.show should resolve to example.to-hutohu.trap.show from nginx within 5s
    And nginx should log at least 1 lines with "gracefully shutting down" within 5s
    When to-hutohu opens http://example.to-hutohu.trap.show/
    Then to-hutohu should be answered 200 by example.to-hutohu.trap.show at example.to-hutohu.trap.show within 5s
    And to-hutohu should see "the bot is up" at http://example.to-hutohu.trap.show/ within 5s

  @control
  Scenario: Whoever is logged in at traQ is let in to the console
    Given the trap lab
    And to-hutohu is logged-in at q.trap.jp
    When to-hutohu opens http://showcase.trapti.tech/
    Then to-hutohu should be answered 302 by showcase at showcase.trapti.tech within 5s
    And to-hutohu should be answered 302 by traq at q.trap.jp within 5s
    And traP_token should be sent to showcase.trapti.tech within 5s
    And to-hutohu should be answered 200 by showcase at showcase.trapti.tech within 5s
    And to-hutohu should see "Showcase" at http://showcase.trapti.tech/ within 5s
