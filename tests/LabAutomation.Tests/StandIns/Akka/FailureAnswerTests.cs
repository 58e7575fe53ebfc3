using Akka.Actor;

namespace LabAutomation.Tests.StandIns.Akka;

public sealed class FailureAnswerTests : ActorSystemTest
{
    [Fact]
    public async Task A_failure_is_no_answer_to_who_asks_for_an_object()
    {
        var failing = Actors.ActorOf(Props.Create<Failing>());

        var asking = () => failing.Ask<object>("?", TimeSpan.FromSeconds(5));

        (await asking.Should().ThrowAsync<InvalidOperationException>()).WithMessage("no");
    }

    [Fact]
    public async Task A_failure_is_an_answer_to_who_asks_for_failures()
    {
        var failing = Actors.ActorOf(Props.Create<Failing>());

        (await failing.Ask<Status.Failure>("?", TimeSpan.FromSeconds(5))).Cause.Message.Should().Be("no");
    }

    [Fact]
    public async Task A_sender_that_is_not_there_is_nobody()
    {
        Actors.DeadLetters.IsNobody().Should().BeTrue();
        (await Asked()).Should().BeTrue();

        async Task<bool> Asked()
        {
            var answer = new TaskCompletionSource<bool>();
            Actors.ActorOf(Props.Create(() => new Looking(answer))).Tell("look", ActorRefs.NoSender);
            return await answer.Task.WaitAsync(TimeSpan.FromSeconds(5));
        }
    }

    [Fact]
    public async Task What_a_constructor_threw_is_the_cause_of_the_cause()
    {
        var seen = new TaskCompletionSource<Exception>();
        Actors.ActorOf(Props.Create(() => new Parent(seen)));

        var failure = await seen.Task.WaitAsync(TimeSpan.FromSeconds(5));

        failure.Should().BeOfType<ActorInitializationException>();
        failure.InnerException.Should().BeOfType<TypeLoadException>();
    }

    private sealed class Failing : ReceiveActor
    {
        public Failing() => ReceiveAny(_ => Sender.Tell(new Status.Failure(new InvalidOperationException("no"))));
    }

    private sealed class Looking : ReceiveActor
    {
        public Looking(TaskCompletionSource<bool> answer) => ReceiveAny(_ => answer.SetResult(Sender.IsNobody()));
    }

    private sealed class Unmade : ReceiveActor
    {
        public Unmade() => throw new InvalidOperationException("not today");
    }

    private sealed class Parent : ReceiveActor
    {
        private readonly TaskCompletionSource<Exception> _seen;

        public Parent(TaskCompletionSource<Exception> seen)
        {
            _seen = seen;
            Context.ActorOf(Props.Create<Unmade>());
        }

        protected override SupervisorStrategy SupervisorStrategy() => new OneForOneStrategy(failure =>
        {
            _seen.TrySetResult(failure);
            return Directive.Stop;
        });
    }
}
