Feature: A bot that dies at birth locks its owner in a login loop
  traP, 2019-10-28. Members of a student club push apps to Showcase, which serves each at <app>.<member>.trap.show. One member's
  bot exited as soon as it started. Its name fell through to the Showcase host itself, whose console answered for it and sent the
  member to log in at traQ; traQ knew them already and sent them back; and so on, thirteen API calls a turn, until the chat was down.

  @incident @why
  Scenario: The owner of a dead bot is sent in circles
    Given the trap lab
    And to-hutohu is ${MEMBER_SESSION} at q.trap.jp
    When to-hutohu pushes bot as example with showcase.yaml
      """
      type: runtime
      entrypoint: python3 bot.py
      http_proxy: ${APP_PORT}
      """
    Then the last push of to-hutohu/example should be success within 1s
    And the last deploy of example.to-hutohu.trap.show should be success within 10s
    And example.to-hutohu.trap.show should be exited within 5s
    And example.to-hutohu.trap.show should resolve to showcase only from nginx within 5s
    # nginx looks names up when it is reloaded: by the next deploy, whoever's it is.
    When kaz pushes page as home
    Then the last deploy of home.kaz.trap.show should be success within 10s
    And nginx should log at least 2 lines with "gracefully shutting down" within 5s
    When to-hutohu opens http://example.to-hutohu.trap.show/
    Then to-hutohu should be answered 302 by showcase at example.to-hutohu.trap.show within 5s
    And to-hutohu should ask traq for 13 of q.trap.jp/api/1.0/ for each of q.trap.jp/login within 10s
    And traP_token should not be sent to example.to-hutohu.trap.show throughout 1s
    And to-hutohu should still be in a redirect loop after 26 turns within 20s
