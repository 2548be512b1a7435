//! A lab that stays: its names, addresses, and how to look further.

use relapse_lab::whereabouts::Whereabouts;

use crate::exit::Failure;
use crate::report::terminal::Terminal;
use crate::vocabulary::LabHandle;

/// Keeps a lab, and tells of it.
pub(super) async fn stays(terminal: &Terminal, lab: Box<dyn LabHandle>) -> Result<(), Failure> {
    if let Some(raised) = lab.lab() {
        let services = raised.whereabouts().await.map_err(Failure::inconclusive)?;
        tell(terminal, &services, raised.topology.browser.as_deref());
    }
    let seconds = lab.raised_in().as_secs_f64();
    let run = lab.keep().await;
    terminal.line(&format!("\nlab {run} is up, after {seconds:.1} s; `relapse down` removes it"));
    Ok(())
}

/// Names, addresses, and how to look further.
fn tell(terminal: &Terminal, services: &[Whereabouts], browser: Option<&str>) {
    for service in services {
        let addresses: Vec<String> = service.addresses.iter().map(|(network, address)| format!("{network} {address}")).collect();
        terminal.line(&format!("{:14} {:8} {:22} {}", service.service, service.state, service.image, addresses.join(", ")));
        terminal.line(&format!("{:15}docker logs -f {}", "", service.container));
    }
    let first = |with_shell: &dyn Fn(&Whereabouts) -> bool| {
        services.iter().find(|service| service.state == "running" && with_shell(service))
    };
    // The agent is one static binary; other images have a shell.
    if let Some(service) = first(&|service| !["relapse-agent", "relapse-parts"].contains(&service.image.as_str())) {
        terminal.line("\na shell in a service (not in those of the image relapse-agent, which have none):");
        terminal.line(&format!("  docker exec -it {} sh", service.container));
    }
    if let Some(service) = services.first() {
        terminal.line("a shell beside a service, in its network, whatever its image:");
        terminal.line(&format!("  docker run --rm -it --network container:{} debian:bookworm-slim bash", service.container));
    }
    if let Some(service) = services.iter().find(|service| Some(service.service.as_str()) == browser) {
        terminal.line("a page as the browser in the lab shows it:");
        let shot = "chromium --headless --no-sandbox --hide-scrollbars --screenshot=/tmp/page.png";
        terminal
            .line(&format!("  docker exec {} {shot} URL && docker cp {}:/tmp/page.png .", service.container, service.container));
    }
}
