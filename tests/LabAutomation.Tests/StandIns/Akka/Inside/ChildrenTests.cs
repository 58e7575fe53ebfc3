using Akka.Actor;

namespace LabAutomation.Tests.StandIns.Akka;

public sealed class ChildrenTests : ActorSystemTest
{
    [Fact]
    public void A_child_that_was_announced_before_the_end_and_comes_after_it_is_refused()
    {
        var child = (LocalActorRef)Actors.ActorOf(Props.Create(() => new Silent()), "late");
        var family = new Children();
        family.Reserve("late");

        family.Close();

        family.Invoking(children => children.Add(child)).Should().Throw<InvalidOperationException>().WithMessage("*late*terminat*");
        family.ByAge().Should().BeEmpty();
    }

    private sealed class Silent : ReceiveActor;
}
