using LabAutomation.Simulators;

namespace LabAutomation.Tests.Protocol.Bus;

/// <summary>Clients that are cut off from the broker, one way or both.</summary>
public sealed class PartitionTests
{
    private readonly BusStand _stand = new();

    [Fact]
    public void A_client_that_cannot_speak_for_a_moment_is_heard_afterwards_and_hears_all_the_while()
    {
        _stand.Run(async () =>
        {
            Cut("one", CutDirections.Speaks, 1);
            _stand.Tell(_stand.One, "two", "a");
            _stand.Tell(_stand.Two, "one", "b");
            await _stand.PassAsync(0.5);
            _stand.Tell(_stand.One, "two", "c");
        });

        _stand.Heard("one").Should().Equal("b 0.0", "knows a taken 1.0", "knows c taken 1.0");
        _stand.Heard("two").Should().Equal("knows b taken 0.0", "a 1.0", "c 1.0");
        _stand.Broker.Happened.Should().Be(new BusFaultCounts { Cuts = 1 });
    }

    [Fact]
    public void A_client_that_cannot_speak_for_long_is_given_up_and_says_what_waited_when_it_is_back()
    {
        _stand.Run(async () =>
        {
            Cut("one", CutDirections.Speaks, 5);
            _stand.Tell(_stand.One, "two", "a");
            await _stand.PassAsync(2);
            _stand.Tell(_stand.Two, "one", "b");
        });

        _stand.Heard("one").Should().Equal("lost the link 1.5", "b 5.1", "knows a taken 5.1", "is back 5.1");
        _stand.Heard("two").Should().Equal("one is gone 1.5", "knows b taken 2.0", "a 5.1");
        _stand.Broker.Happened.Should().Be(new BusFaultCounts { Cuts = 1, GivenUp = 1 });
    }

    [Fact]
    public void A_client_that_cannot_hear_for_a_moment_is_told_afterwards_and_sends_nothing_twice()
    {
        _stand.Run(async () =>
        {
            Cut("one", CutDirections.Hears, 1);
            _stand.Tell(_stand.One, "two", "a");
            _stand.Tell(_stand.Two, "one", "b");
            _stand.Tell(_stand.Two, "one", "c");
            await _stand.PassAsync(0.5);
        });

        _stand.Heard("one").Should().BeEquivalentTo("knows a taken 1.0", "b 1.0", "c 1.0");
        _stand.Heard("one").Where(line => !line.StartsWith("knows", StringComparison.Ordinal)).Should().Equal("b 1.0", "c 1.0");
        _stand.Heard("two").Should().BeEquivalentTo("a 0.0", "knows b taken 0.0", "knows c taken 0.0");
        _stand.Broker.Happened.Should().Be(new BusFaultCounts { Cuts = 1 });
    }

    [Fact]
    public void A_client_that_cannot_hear_for_long_says_everything_again_that_it_has_no_answer_to()
    {
        _stand.Run(async () =>
        {
            Cut("one", CutDirections.Hears, 5);
            _stand.Tell(_stand.One, "two", "a");
            _stand.Tell(_stand.One, "two", "c");
            await _stand.PassAsync(1);
            _stand.Tell(_stand.Two, "one", "b");
        });

        _stand.Heard("two").Should().Equal("a 0.0", "c 0.0", "knows b taken 1.0", "one is gone 1.5", "a 5.1", "c 5.1");
        _stand.Heard("one").Should().Equal("lost the link 1.5", "b 5.1", "knows a taken 5.1", "knows c taken 5.1", "is back 5.1");
        _stand.Broker.Happened.Should().Be(new BusFaultCounts { Cuts = 1, GivenUp = 1, SentAgain = 2 });
    }

    [Fact]
    public void A_second_cut_joins_the_first_and_the_longer_one_counts()
    {
        _stand.Run(async () =>
        {
            Cut("one", CutDirections.Hears, 1);
            await _stand.PassAsync(0.4);
            Cut("one", CutDirections.Speaks, 0.8);
            Cut("one", CutDirections.Speaks, 0.1);
            _stand.Tell(_stand.One, "two", "a");
        });

        _stand.Heard("two").Should().Equal("a 1.2");
        _stand.Broker.Happened.Should().Be(new BusFaultCounts { Cuts = 1 });
    }

    [Fact]
    public void A_cut_says_whether_it_makes_a_difference()
    {
        var told = new List<bool>();
        _stand.Run(() =>
        {
            told.Add(Cut("one", CutDirections.Hears, 3));
            told.Add(Cut("one", CutDirections.Hears, 2));
            told.Add(Cut("one", CutDirections.Both, 2));
            told.Add(Cut("one", CutDirections.Speaks, 4));
            told.Add(Cut("two", CutDirections.Hears, 1));
            return Task.CompletedTask;
        });

        told.Should().Equal(true, false, true, true, true);
    }

    [Fact]
    public void A_client_that_is_dropped_comes_back_when_it_is_not_cut_off_any_more()
    {
        _stand.Run(() =>
        {
            Cut("one", CutDirections.Both, 3);
            _stand.Broker.Drop("one");
            return Task.CompletedTask;
        });

        _stand.Heard("one").Should().Equal("lost the link 0.0", "is back 3.1");
        _stand.Broker.Happened.GivenUp.Should().Be(0);
    }

    [Fact]
    public void Nobody_cuts_off_a_client_that_is_not_there()
    {
        var cut = () => { Cut("nobody", CutDirections.Both, 1); };

        cut.Should().Throw<ArgumentException>().WithMessage("*'nobody'*");
    }

    private bool Cut(string client, CutDirections directions, double seconds) => _stand.Broker.Cut(client, directions, TimeSpan.FromSeconds(seconds));
}
