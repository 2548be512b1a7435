Feature: What Showcase's console could have done
  Each turn of the loop asks the console once, under a name that is not the console's. It answers whoever reaches it, since it trusts
  its own network, and asks the stranger to log in.

  Scenario Outline: <The console> keeps the owner out of the circle
    Given the trap lab with <factor> at <level>
    And to-hutohu is ${MEMBER_SESSION} at q.trap.jp
    When to-hutohu pushes bot as example with showcase.yaml
      """
      type: runtime
      entrypoint: python3 bot.py
      http_proxy: ${APP_PORT}
      """
    Then example.to-hutohu.trap.show should be exited within 10s
    When kaz pushes page as home
    Then the last deploy of home.kaz.trap.show should be success within 10s
    And nginx should log at least 2 lines with "gracefully shutting down" within 5s
    When to-hutohu opens http://example.to-hutohu.trap.show/
    Then to-hutohu should be answered <status> by <service> at example.to-hutohu.trap.show within 5s
    And to-hutohu should see "<text>" at <page> within 5s
    And to-hutohu should not be in a redirect loop within 5s

    # The name still leads to the Showcase host: what changes is who answers there, and how.
    @gate
    Examples:
      | The console                                    | factor             | level        | status | service  | text            | page                                |
      | A console that answers only for its own name   | console_host_check | own-host     | 421    | showcase | there is no     | http://example.to-hutohu.trap.show/ |
      | A console that says 401 and sends nobody off   | console_challenge  | unauthorized | 401    | showcase | Log in first.   | http://example.to-hutohu.trap.show/ |
      | A console that has people sent back to itself  | console_challenge  | fixed-return | 302    | showcase | Showcase        | https://showcase.trapti.tech/       |

    # Nobody answers there any more, and the owner gets an error page: another outage, and no gate.
    @control
    Examples:
      | The console                                    | factor             | level        | status | service  | text            | page                                |
      | A console on a socket that only nginx has      | console_exposure   | socket       | 502    | nginx    | 502 Bad Gateway | http://example.to-hutohu.trap.show/ |
