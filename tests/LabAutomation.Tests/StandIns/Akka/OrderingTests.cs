using Akka.Actor;

namespace LabAutomation.Tests.StandIns.Akka;

public sealed class OrderingTests : ActorSystemTest
{
    [Fact]
    public async Task Messages_of_one_sender_keep_their_order_while_others_send()
    {
        const int count = 20_000;
        var done = new TaskCompletionSource<int[]>(TaskCreationOptions.RunContinuationsAsynchronously);
        var receiver = Actors.ActorOf(Props.Create(() => new OrderCheck(count, 4, done)));

        var senders = Enumerable.Range(0, 4).Select(sender => Task.Run(() =>
        {
            for (var i = 0; i < count; i++)
                receiver.Tell((sender, i));
        }));
        await Task.WhenAll(senders);

        (await done.Task.WaitAsync(Patience)).Should().Equal(count, count, count, count);
    }

    [Fact]
    public async Task A_million_messages_between_two_actors_arrive_without_loss()
    {
        const int rounds = 500_000;
        var done = new TaskCompletionSource<int>(TaskCreationOptions.RunContinuationsAsynchronously);
        var echo = Actors.ActorOf(Props.Create(() => new Echo()));
        var caller = Actors.ActorOf(Props.Create(() => new Caller(echo, rounds, done)));

        for (var i = 0; i < 1_000; i++)
            caller.Tell("throw another ball");

        (await done.Task.WaitAsync(Patience)).Should().Be(rounds);
    }

    private sealed class OrderCheck : ReceiveActor
    {
        public OrderCheck(int count, int senders, TaskCompletionSource<int[]> done)
        {
            var next = new int[senders];
            Receive<(int Sender, int Number)>(message =>
            {
                if (message.Number != next[message.Sender]++)
                    done.TrySetException(new InvalidOperationException($"{message} came out of order"));
                if (next.All(number => number == count))
                    done.TrySetResult(next);
            });
        }
    }

    private sealed class Echo : ReceiveActor
    {
        public Echo() => ReceiveAny(message => Sender.Tell(message));
    }

    private sealed class Caller : ReceiveActor
    {
        public Caller(IActorRef echo, int rounds, TaskCompletionSource<int> done)
        {
            var sent = 0;
            var returned = 0;
            Receive<string>(_ => echo.Tell(sent++));
            Receive<int>(_ =>
            {
                if (++returned == rounds)
                    done.SetResult(returned);
                else if (sent < rounds)
                    echo.Tell(sent++);
            });
        }
    }
}
