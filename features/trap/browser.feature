Feature: A real browser goes the same way
  A browser stops after 20 HTTP redirects in one navigation. One hop of the loop is JavaScript, so that each turn is a new navigation,
  and the limit is never reached. The visitor says what a browser would do; here Chromium itself does it.

  # A browser that starts and 26 turns of the loop, each as fast as traQ's 0.3 processors: about 20 s.
  @browser
  Scenario: The loop does not end in a real browser
    Given the trap lab
    And to-hutohu is logged-in at q.trap.jp in the browser
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
    When to-hutohu opens http://example.to-hutohu.trap.show/ in the browser
    Then to-hutohu should be answered 302 by showcase at example.to-hutohu.trap.show within 10s
    And to-hutohu should be answered 200 by traq at q.trap.jp within 10s
    And to-hutohu should still be in a redirect loop after 26 turns within 30s
    And traP_token should not be sent to example.to-hutohu.trap.show throughout 1s

  @browser
  Scenario: Without JavaScript in the circle the browser stops at its limit
    Given the trap lab with spa at http-redirect
    And to-hutohu is logged-in at q.trap.jp in the browser
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
    When to-hutohu opens http://example.to-hutohu.trap.show/ in the browser
    Then to-hutohu should see "ERR_TOO_MANY_REDIRECTS" at https://q.trap.jp/ within 15s
    And to-hutohu should not still be in a redirect loop after 26 turns within 5s

  # A browser that starts, and two visits of up to 26 turns, one after the other: about 25 s where nothing ends the loop.
  @browser
  Scenario Outline: The visitor and the browser agree where the page is <spa>
    Given the trap lab with spa at <spa>
    And to-hutohu is logged-in at q.trap.jp
    And to-hutohu is logged-in at q.trap.jp in the browser
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
    Then to-hutohu <should> still be in a redirect loop after 26 turns within 20s
    When to-hutohu opens http://example.to-hutohu.trap.show/ in the browser
    Then to-hutohu's browser should agree with the visitor on hops, cookies and calls within 20s
    And to-hutohu <should> still be in a redirect loop after 26 turns within 30s

    Examples:
      | spa          | should     |
      | turn-counter | should not |

    @nightly
    Examples:
      | spa                | should     |
      | load-then-redirect | should     |
      | redirect-first     | should     |
      | http-redirect      | should not |
