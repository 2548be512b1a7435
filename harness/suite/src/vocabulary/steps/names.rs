//! Names: what they mean to whom.

use relapse_lab::raise::Lab;
use relapse_model::expect::resolves::Resolves;

use crate::step;
use crate::vocabulary::World;
use crate::vocabulary::parameters::{Deadline, Host, Owners, Service, Should};

step! {
    /// What a name means to a service, by that service's own resolver: among the answers is the address of `lb-1`, of `lb-1 and lb-2`, of
    /// `lb-1 only`, or there is `nothing`. `should not`: of none of them.
    Mechanism: "{host} {should} resolve to {owners} from {service} {deadline}",
    example: "example.to-hutohu.trap.show should resolve to showcase from nginx within 5s",
    rests_on: [Resolver],
    async fn resolves(world: &mut World, name: Host, should: Should, to: Owners, from: Service, deadline: Deadline) {
        let expectation = Resolves { name: name.0.clone(), to: to.0, from: from.0.clone(), should: should.0 };
        let probe = async |lab: &Lab| lab.resolve(&name.0, &from.0).await;
        world.expect_probing(should.0, deadline.0, expectation, &from.0, probe).await;
    }
}
