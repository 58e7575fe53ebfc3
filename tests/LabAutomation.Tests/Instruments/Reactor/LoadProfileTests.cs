using LabAutomation.Instruments.Reactor;

namespace LabAutomation.Tests.Instruments.Reactor;

public sealed class LoadProfileTests
{
    private static readonly LoadProfile DownAndUp = new(From: 1, To: 0.6, Then: 0.8, Ramp: 0.01, Lead: 20, Hold: 30);

    [Theory]
    [InlineData(0, 1)]
    [InlineData(20, 1)]
    [InlineData(30, 0.9)]
    [InlineData(60, 0.6)]
    [InlineData(90, 0.6)]
    [InlineData(100, 0.7)]
    [InlineData(110, 0.8)]
    [InlineData(5000, 0.8)]
    public void It_goes_down_holds_and_goes_up(double time, double power) => DownAndUp.At(time).Should().BeApproximately(power, 1e-12);

    [Fact]
    public void One_that_goes_nowhere_stays() => (DownAndUp with { To = 1, Then = 1 }).At(77).Should().Be(1);

    [Fact]
    public void A_view_remembers_measurements_and_looks_ahead()
    {
        var view = new FollowingView(time => 1 - (0.01 * time));
        for (var second = 0; second <= 9; second++)
        {
            view.Take(new ReactorReadings([second, second, 1000], [1000, double.NaN, 1002], [950], [77, 78]), second);
            view.Turned([0.1 * second, 0.3 * second]);
        }

        view.Power.ToArray().Should().Equal(9, 8, 7, 6, 4, 1, 0, 0);
        view.SetPoint[0].Should().BeApproximately(0.91f, 1e-6f);
        view.SetPoint[7].Should().BeApproximately(0.83f, 1e-6f);
        view.Rate[0].Should().BeApproximately(1.8f, 1e-6f);
        (view.Fuel, view.Outlet, view.Angle).Should().Be((1001, 950, 77.5f));
    }

    [Fact]
    public void A_schedule_ends_where_turn_and_follow_up_lead()
    {
        var (view, schedule, turned) = (new FollowingView(time => time < 5 ? 1 : 0.9), new DrumSchedule(turn: 10, followUp: 30, relax: 20), 0.0);
        for (var second = 0; second < 300; second++)
        {
            view.Take(new ReactorReadings([1], [1000], [950], [77]), second);
            turned += schedule.Propose(view).Rate;
        }

        turned.Should().BeApproximately(-4, 1e-3);
    }
}
