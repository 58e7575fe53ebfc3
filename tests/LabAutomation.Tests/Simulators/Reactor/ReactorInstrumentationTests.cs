using LabAutomation.Simulators.Reactor;

namespace LabAutomation.Tests.Simulators.Reactor;

public sealed class ReactorInstrumentationTests
{
    private static readonly ReactorChannel Second = new(ReactorQuantity.Power, 1);

    private readonly Microreactor _core = new(CoreConstants.HolosQuad);

    [Fact]
    public void Healthy_channels_scatter_about_the_truth_and_the_same_seed_repeats_them()
    {
        var (one, other) = (new ReactorInstrumentation(_core, 7), new ReactorInstrumentation(_core, 7));
        List<double> powers = [];
        for (var reading = 0; reading < 1000; reading++)
        {
            one.Read();
            other.Read();
            powers.AddRange(one[ReactorQuantity.Power]);
            one[ReactorQuantity.DrumAngle].ToArray().Should().Equal(other[ReactorQuantity.DrumAngle].ToArray());
        }

        powers.Average().Should().BeApproximately(1, 4 * ReactorInstrumentation.PowerNoise / Math.Sqrt(3000));
        powers.Average(power => Math.Pow(power - 1, 2)).Should().BeApproximately(Math.Pow(ReactorInstrumentation.PowerNoise, 2), 5e-7);
        one[ReactorQuantity.Fuel][0].Should().BeApproximately(_core.Fuel, 3).And.NotBe(_core.Fuel);
        one[ReactorQuantity.CoolantOutlet][0].Should().BeApproximately(1106, 3);
    }

    [Fact]
    public void A_stuck_channel_repeats_itself_while_the_others_go_on()
    {
        var sensors = new ReactorInstrumentation(_core, 7, new StuckSensor(Second, From: 3));
        var shown = Enumerable.Range(0, 6).Select(_ => Read(sensors)).ToArray();

        shown[1].Should().NotBe(shown[2]);
        shown[3].Should().Be(shown[2]);
        shown[5].Should().Be(shown[2]);
    }

    [Fact]
    public void A_drifting_channel_leaves_the_truth_at_its_rate()
    {
        var sensors = new ReactorInstrumentation(_core, 7, new DriftingSensor(Second, From: 2, Rate: 0.1));
        var shown = Enumerable.Range(0, 13).Select(_ => Read(sensors)).ToArray();

        shown[2].Should().BeApproximately(1, 0.01);
        shown[12].Should().BeApproximately(2, 0.01);
    }

    [Fact]
    public void A_dead_channel_gives_no_number()
    {
        var sensors = new ReactorInstrumentation(_core, 7, new DeadSensor(Second, From: 1));

        Read(sensors).Should().BeApproximately(1, 0.01);
        Read(sensors).Should().Be(double.NaN);
    }

    [Fact]
    public void A_fault_of_a_channel_that_is_not_there_is_refused()
    {
        var make = () => new ReactorInstrumentation(_core, 7, new DeadSensor(new ReactorChannel(ReactorQuantity.Power, 3), 0));

        make.Should().Throw<ArgumentException>().WithMessage("there is no channel 3 of Power; there are 3*");
    }

    private double Read(ReactorInstrumentation sensors)
    {
        sensors.Read();
        _core.Advance(1, stackalloc double[8]);
        return sensors[ReactorQuantity.Power][1];
    }
}
