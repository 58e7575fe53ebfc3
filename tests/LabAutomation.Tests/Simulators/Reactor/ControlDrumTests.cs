using LabAutomation.Simulators.Reactor;

namespace LabAutomation.Tests.Simulators.Reactor;

public sealed class ControlDrumTests
{
    [Fact]
    public void A_drum_turns_no_faster_than_its_motor_and_no_further_than_its_ends()
    {
        var drum = new ControlDrum(worth: 510e-5, fastest: 1, angle: 170);

        drum.Turn(5, 4).Should().BeTrue();
        drum.Angle.Should().Be(174);
        drum.Turn(1, 100).Should().BeTrue();
        drum.Angle.Should().Be(180);
        drum.Turn(1, 1).Should().BeFalse();
        drum.Turn(double.NegativeInfinity, 1000).Should().BeTrue();
        drum.Angle.Should().Be(0);
    }

    [Fact]
    public void A_drum_gives_nothing_at_its_inner_end_and_everything_at_its_outer_one()
    {
        new ControlDrum(510e-5, 1, 0).Reactivity.Should().Be(0);
        new ControlDrum(510e-5, 1, 90).Reactivity.Should().BeApproximately(255e-5, 1e-15);
        new ControlDrum(510e-5, 1, 180).Reactivity.Should().BeApproximately(510e-5, 1e-15);
    }

    [Fact]
    public void A_jammed_drum_and_one_that_is_told_no_number_stay()
    {
        var drum = new ControlDrum(510e-5, 1, 90) { IsJammed = true };

        drum.Turn(1, 1).Should().BeFalse();
        drum.IsJammed = false;
        drum.Turn(double.NaN, 1).Should().BeFalse();

        drum.Angle.Should().Be(90);
    }

    [Fact]
    public void All_drums_together_can_make_a_core_prompt_critical_many_times_over()
    {
        var core = CoreConstants.HolosQuad;

        (new DrumBank(core, 180).Reactivity - new DrumBank(core, 0).Reactivity).Should().BeApproximately(8.5 * core.Kinetics.DelayedFraction, 0.05 * core.Kinetics.DelayedFraction);
        new DrumBank(core, core.RatedAngle).Reactivity.Should().BeApproximately(0, 1e-15);
    }
}
