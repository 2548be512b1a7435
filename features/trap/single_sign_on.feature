Feature: What traQ, the club's single sign-on, could have done
  To traQ, each turn is a member who opens the page at /login and wants to be somewhere else. It knows them, so it never stops to ask;
  it sends them where they say they came from; and the token that it gives them is not for that place.

  Rule: The token and where it is good for

    # The bot's owner sees the console under the bot's name, and the token now goes to every member's app: another hole for this one.
    @gate
    Scenario: A token for all of the club's domains is good enough for the console
      Given the trap lab with token_scope at club-domains
      And to-hutohu is ${MEMBER_SESSION} at q.trap.jp
      When to-hutohu pushes bot as example with showcase.yaml
        """
        type: runtime
        entrypoint: python3 bot.py
        http_proxy: ${APP_PORT}
        """
      Then example.to-hutohu.trap.show should be exited within 10s
      When kaz pushes page as home
      Then nginx should log at least 2 lines with "gracefully shutting down" within 10s
      When to-hutohu opens http://example.to-hutohu.trap.show/
      Then traP_token should be sent to example.to-hutohu.trap.show within 5s
      And to-hutohu should be answered 200 by showcase at example.to-hutohu.trap.show within 5s
      And to-hutohu should see "Showcase" at http://example.to-hutohu.trap.show/ within 5s
      And to-hutohu should not be in a redirect loop within 5s

    @gate
    Scenario: A pipeline that sends people only where their token is good tells the owner so
      Given the trap lab with redirect_policy at token-domains
      And to-hutohu is ${MEMBER_SESSION} at q.trap.jp
      When to-hutohu pushes bot as example with showcase.yaml
        """
        type: runtime
        entrypoint: python3 bot.py
        http_proxy: ${APP_PORT}
        """
      Then example.to-hutohu.trap.show should be exited within 10s
      When kaz pushes page as home
      Then nginx should log at least 2 lines with "gracefully shutting down" within 10s
      When to-hutohu opens http://example.to-hutohu.trap.show/
      Then to-hutohu should be answered 302 by showcase at example.to-hutohu.trap.show within 5s
      And to-hutohu should be answered 400 by traq at q.trap.jp within 5s
      And to-hutohu should see "example.to-hutohu.trap.show gets no token" at https://q.trap.jp/pipeline within 5s
      And to-hutohu should not be in a redirect loop within 5s

  Rule: The page at /login

    # That night's change: one call a turn instead of thirteen. It is easier on the chat, and the owner goes in circles all the same:
    # about 55 turns a second instead of 9.
    @insufficient
    Scenario: A page that redirects before it loads anything goes in circles faster
      Given the trap lab with spa at redirect-first
      And to-hutohu is ${MEMBER_SESSION} at q.trap.jp
      When to-hutohu pushes bot as example with showcase.yaml
        """
        type: runtime
        entrypoint: python3 bot.py
        http_proxy: ${APP_PORT}
        """
      Then example.to-hutohu.trap.show should be exited within 10s
      When kaz pushes page as home
      Then nginx should log at least 2 lines with "gracefully shutting down" within 10s
      When to-hutohu opens http://example.to-hutohu.trap.show/
      Then traq should log exactly 0 requests for q.trap.jp/api/1.0/channels throughout 1s
      And to-hutohu should still be in a redirect loop after 26 turns within 20s

    @gate
    Scenario: A page that counts its turns gives up and says so
      Given the trap lab with spa at turn-counter
      And to-hutohu is ${MEMBER_SESSION} at q.trap.jp
      When to-hutohu pushes bot as example with showcase.yaml
        """
        type: runtime
        entrypoint: python3 bot.py
        http_proxy: ${APP_PORT}
        """
      Then example.to-hutohu.trap.show should be exited within 10s
      When kaz pushes page as home
      Then nginx should log at least 2 lines with "gracefully shutting down" within 10s
      When to-hutohu opens http://example.to-hutohu.trap.show/
      Then to-hutohu should see "You have been sent in circles" at https://q.trap.jp/login within 10s
      And to-hutohu should be answered 200 by traq at q.trap.jp within 5s
      And traq should log exactly 5 requests for q.trap.jp/api/1.0/stamps within 5s
      And to-hutohu should not be in a redirect loop within 5s

    # A browser counts HTTP redirects and stops at 20. JavaScript that sets location.href starts its count afresh on each turn.
    # What the owner gets is the browser's own error page.
    @control
    Scenario: Without the page, by HTTP redirects alone, the browser breaks the circle
      Given the trap lab with spa at http-redirect
      And to-hutohu is ${MEMBER_SESSION} at q.trap.jp
      When to-hutohu pushes bot as example with showcase.yaml
        """
        type: runtime
        entrypoint: python3 bot.py
        http_proxy: ${APP_PORT}
        """
      Then example.to-hutohu.trap.show should be exited within 10s
      When kaz pushes page as home
      Then nginx should log at least 2 lines with "gracefully shutting down" within 10s
      When to-hutohu opens http://example.to-hutohu.trap.show/
      Then to-hutohu should be answered 302 by traq at q.trap.jp within 5s
      And to-hutohu should see "ERR_TOO_MANY_REDIRECTS" at https://q.trap.jp/ within 5s
      And to-hutohu should not still be in a redirect loop after 26 turns within 5s

  Rule: Who asks, and how much of it traQ bears

    # This is where the circle would stop to ask; nobody is asked who is known already. Whoever logs in here is as on the day.
    @gate
    Scenario: Somebody who is not logged in is asked to log in
      Given the trap lab with member_session at logged-out
      And to-hutohu is ${MEMBER_SESSION} at q.trap.jp
      When to-hutohu pushes bot as example with showcase.yaml
        """
        type: runtime
        entrypoint: python3 bot.py
        http_proxy: ${APP_PORT}
        """
      Then example.to-hutohu.trap.show should be exited within 10s
      When kaz pushes page as home
      Then nginx should log at least 2 lines with "gracefully shutting down" within 10s
      When to-hutohu opens http://example.to-hutohu.trap.show/
      Then to-hutohu should be answered 302 by showcase at example.to-hutohu.trap.show within 5s
      And to-hutohu should be answered 401 by traq at q.trap.jp within 5s
      And to-hutohu should see "Log in to traQ" at https://q.trap.jp/login within 5s
      And to-hutohu should not be in a redirect loop within 5s

    # The second turn uses the limit up, and the third is told 429 when it asks who is there: to the page, that is nobody.
    @gate
    Scenario: A limit for each session ends the circle at the login form
      Given the trap lab with traq_rate_limit at per-session
      And to-hutohu is ${MEMBER_SESSION} at q.trap.jp
      When to-hutohu pushes bot as example with showcase.yaml
        """
        type: runtime
        entrypoint: python3 bot.py
        http_proxy: ${APP_PORT}
        """
      Then example.to-hutohu.trap.show should be exited within 10s
      When kaz pushes page as home
      Then nginx should log at least 2 lines with "gracefully shutting down" within 10s
      When to-hutohu opens http://example.to-hutohu.trap.show/
      Then to-hutohu should be answered 429 by traq at q.trap.jp within 5s
      And to-hutohu should see "Log in to traQ" at https://q.trap.jp/login within 5s
      And to-hutohu should not be in a redirect loop within 5s

    # Nothing in the circle gets tired: about 20 turns a second instead of 9.
    @insufficient
    Scenario: A larger server for traQ goes in circles faster
      Given the trap lab with traq_capacity at large
      And to-hutohu is ${MEMBER_SESSION} at q.trap.jp
      When to-hutohu pushes bot as example with showcase.yaml
        """
        type: runtime
        entrypoint: python3 bot.py
        http_proxy: ${APP_PORT}
        """
      Then example.to-hutohu.trap.show should be exited within 10s
      When kaz pushes page as home
      Then nginx should log at least 2 lines with "gracefully shutting down" within 10s
      When to-hutohu opens http://example.to-hutohu.trap.show/
      Then to-hutohu should still be in a redirect loop after 26 turns within 20s
