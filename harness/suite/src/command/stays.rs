//! A lab that stays: its names, addresses, and how to look further.

use relapse_lab::whereabouts::Whereabouts;

use crate::exit::Failure;
use crate::report::terminal::Terminal;
use crate::vocabulary::LabHandle;

/// Keeps a lab, and tells of it.
pub(super) async fn stays(terminal: &Terminal, lab: Box<dyn LabHandle>) -> Result<(), Failure> {
    if let Some(raised) = lab.lab() {
        let parts = raised.whereabouts().await.map_err(Failure::inconclusive)?;
        tell(terminal, &parts, raised.topology.browser.as_deref());
    }
    let seconds = lab.raised_in().as_secs_f64();
    let run = lab.keep().await;
    terminal.line(&format!("\nlab {run} is up, after {seconds:.1} s; `relapse down` removes it"));
    Ok(())
}

/// Names, addresses, and how to look further.
fn tell(terminal: &Terminal, parts: &[Whereabouts], browser: Option<&str>) {
    for part in parts {
        let addresses: Vec<String> = part.addresses.iter().map(|(network, address)| format!("{network} {address}")).collect();
        terminal.line(&format!("{:14} {:8} {:22} {}", part.part, part.state, part.image, addresses.join(", ")));
        terminal.line(&format!("{:15}docker logs -f {}", "", part.container));
    }
    let first = |with_shell: &dyn Fn(&Whereabouts) -> bool| parts.iter().find(|part| part.state == "running" && with_shell(part));
    // The agent is one static binary; other images have a shell.
    if let Some(part) = first(&|part| !["relapse-agent", "relapse-parts"].contains(&part.image.as_str())) {
        terminal.line("\na shell in a part (not in those of the image relapse-agent, which have none):");
        terminal.line(&format!("  docker exec -it {} sh", part.container));
    }
    if let Some(part) = parts.first() {
        terminal.line("a shell beside a part, in its network, whatever its image:");
        terminal.line(&format!("  docker run --rm -it --network container:{} debian:bookworm-slim bash", part.container));
    }
    if let Some(part) = parts.iter().find(|part| Some(part.part.as_str()) == browser) {
        terminal.line("a page as the browser in the lab shows it:");
        let shot = "chromium --headless --no-sandbox --hide-scrollbars --screenshot=/tmp/page.png";
        terminal.line(&format!("  docker exec {} {shot} URL && docker cp {}:/tmp/page.png .", part.container, part.container));
    }
}
