using FsCheck;
using FsCheck.Fluent;
using LabAutomation.Simulators.Liquids;

namespace LabAutomation.Tests.Simulators;

public sealed class LiquidTests
{
    [Fact]
    public void Draining_and_pouring_conserve_volume_until_the_film_is_reached() => Holds((volumes, inflows, outflow, minutes) =>
    {
        var left = Vessel.Drained(volumes, inflows, outflow, minutes);
        var expected = Vessel.Total(volumes) + ((Vessel.Total(inflows) - outflow) * minutes);
        left.Should().OnlyContain(volume => volume >= -1e-12);
        Vessel.Total(left).Should().BeApproximately(Math.Max(Vessel.Film, expected), 1e-9);
    });

    [Fact]
    public void The_result_does_not_depend_on_the_steps() => Holds((volumes, inflows, outflow, minutes) =>
    {
        var whole = Vessel.Drained(volumes, inflows, outflow, minutes);
        var stepped = volumes;
        for (var i = 0; i < 64; i++) stepped = Vessel.Drained(stepped, inflows, outflow, minutes / 64);
        for (var i = 0; i < 4; i++) stepped[i].Should().BeApproximately(whole[i], 1e-9);
    });

    [Fact]
    public void Draining_alone_keeps_the_composition_and_leaves_the_film()
    {
        var left = Vessel.Drained([0.4, 0.3, 0.3, 1], new double[4], 20, 1);
        Vessel.Total(left).Should().BeApproximately(Vessel.Film, 1e-15);
        (left[0] / Vessel.Total(left)).Should().BeApproximately(0.2, 1e-12);
        Vessel.Drained(left, new double[4], 20, 5).Should().Equal(left);
    }

    [Fact]
    public void Liquid_above_the_rim_runs_off_with_the_average_composition()
    {
        var kept = Vessel.WithinRim([2, 2, 0, 0]);
        kept.Should().Equal(1.75, 1.75, 0, 0);
        Vessel.WithinRim(kept).Should().BeSameAs(kept);
    }

    [Fact]
    public void Mixing_only_ever_goes_forward_and_ends_at_exactly_zero()
    {
        var shares = Enumerable.Range(0, 400).Select(revolutions => Mixing.Unmixed(revolutions)).ToList();
        shares.Should().BeInDescendingOrder();
        shares[0].Should().Be(1);
        shares[20].Should().BeApproximately(1 / Math.E, 1e-12);
        shares[184].Should().BeGreaterThan(0);
        shares[185].Should().Be(0);
    }

    private static void Holds(Action<double[], double[], double, double> property)
    {
        var share = Gen.Choose(0, 1000).Select(n => n / 1000.0);
        var four = share.ArrayOf(4);
        var cases =
            from volumes in four
            from inflows in four
            from pours in Gen.Elements(0.0, 1.0, 20.0)
            from outflow in share
            from minutes in share
            where Vessel.Total(volumes) > Vessel.Film
            select (volumes, inflows: inflows.Select(q => q * pours).ToArray(), outflow: 0.01 + (outflow * 20), minutes);
        var holds = Prop.ForAll(cases.ToArbitrary(), c => property(c.volumes, c.inflows, c.outflow, c.minutes));
        Check.One(Config.QuickThrowOnFailure.WithMaxTest(300).WithReplay(1, 3), holds);
    }
}
