Feature: What would have kept the login loop from happening
  Each gate changes one thing that somebody could have changed before the day, and says what the member gets instead.

  @gate
  Scenario: A deployer that waits for an answer does not publish a dead bot
    Given the trap lab with deploy_gate at answers-first
    And to-hutohu is logged-in at q.trap.jp
    When to-hutohu pushes bot as example with showcase.yaml
      """
      type: runtime
      entrypoint: python3 bot.py
      http_proxy: ${APP_PORT}
      """
    Then the last deploy of example.to-hutohu.trap.show should be failure within 15s
    When kaz pushes page as home
    Then the last deploy of home.kaz.trap.show should be success within 10s
    And nginx should log at least 1 lines with "gracefully shutting down" within 5s
    When to-hutohu opens http://example.to-hutohu.trap.show/
    Then to-hutohu should be answered 404 by nginx at example.to-hutohu.trap.show within 5s
    And to-hutohu should see "404 Not Found" at http://example.to-hutohu.trap.show/ within 5s
    And to-hutohu should not be in a redirect loop within 5s

  @gate
  Scenario: A port that nothing else listens on leads nowhere
    Given the trap lab with app_port at 3000
    And to-hutohu is logged-in at q.trap.jp
    When to-hutohu pushes bot as example with showcase.yaml
      """
      type: runtime
      entrypoint: python3 bot.py
      http_proxy: ${APP_PORT}
      """
    Then the last deploy of example.to-hutohu.trap.show should be success within 10s
    And example.to-hutohu.trap.show should be exited within 5s
    When kaz pushes page as home
    Then the last deploy of home.kaz.trap.show should be success within 10s
    And nginx should log at least 2 lines with "gracefully shutting down" within 5s
    When to-hutohu opens http://example.to-hutohu.trap.show/
    Then to-hutohu should be answered 502 by nginx at example.to-hutohu.trap.show within 5s
    And to-hutohu should see "502 Bad Gateway" at http://example.to-hutohu.trap.show/ within 5s
    And to-hutohu should not be in a redirect loop within 5s
