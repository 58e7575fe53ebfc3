using LabAutomation.Instruments.Reactor;
using LabAutomation.Simulators.Reactor;

namespace LabAutomation.Tests.Instruments.Reactor;

public sealed class SafetyFilterTests
{
    private static readonly ReactorLimits Limits = new();

    private readonly SafetyFilter _filter = new(Limits);

    [Fact]
    public void A_harmless_proposal_passes_as_it_is()
    {
        var verdict = new FilteredCore(_filter).Propose(0.02);

        verdict.Decision.Should().Be(FilterDecision.Accepted);
        verdict.Rates.Should().AllSatisfy(rate => rate.Should().BeApproximately(0.02, 1e-12));
        verdict.Because.Should().BeEmpty();
    }

    [Fact]
    public void Withdrawing_on_and_on_is_bent_at_the_limit_of_power_and_not_earlier()
    {
        var core = new FilteredCore(_filter);
        List<double> powers = [];
        for (var second = 0; second < 60; second++)
        {
            var verdict = core.Propose(0.5);
            if (verdict.Decision == FilterDecision.Bent) verdict.Because.Should().MatchRegex("^(power would reach|the period would fall)");
            powers.Add(core.Worst.Power);
        }

        powers.Max().Should().BeInRange(1.02, Limits.Power);
        _filter.Trip.Should().BeNull();
    }

    [Fact]
    public void Drums_go_out_no_faster_than_allowed_but_in_as_fast_as_they_can()
    {
        var core = new FilteredCore(_filter, power: 0.7);

        var outwards = core.Propose(0.9);
        outwards.Decision.Should().Be(FilterDecision.Bent);
        outwards.Because.Should().Contain("faster than 0.5 degrees per second");
        outwards.Rates.Should().AllSatisfy(rate => rate.Should().BeLessThanOrEqualTo(0.5));

        var inwards = core.Propose(-1);
        inwards.Decision.Should().Be(FilterDecision.Accepted);
        inwards.Rates.Should().AllBeEquivalentTo(-1.0);
    }

    [Fact]
    public void A_proposal_that_is_no_number_takes_its_drum_in()
    {
        double[] proposal = [0, 0, double.NaN, 0, 0, 0, 0, 0];

        var verdict = _filter.Judge(new FilteredCore(_filter).Read(), proposal);

        verdict.Decision.Should().Be(FilterDecision.Bent);
        verdict.Because.Should().Be("the rate of drum 3 is no number");
        verdict.Rates[2].Should().Be(-1);
    }

    [Theory]
    [InlineData("fuel", "fuel would reach")]
    [InlineData("reactivity", "reactivity would reach")]
    [InlineData("period", "the period would fall")]
    [InlineData("power", "power would reach")]
    public void Each_limit_bends_alone(string which, string complaint)
    {
        var wide = new ReactorLimits { Power = 10, Period = 0.1, Reactivity = 5, Fuel = 3000 };
        var limits = which switch
        {
            "fuel" => wide with { Fuel = 1100 },
            "reactivity" => wide with { Reactivity = 0.1 },
            "period" => wide with { Period = 20 },
            _ => wide with { Power = 0.9 },
        };
        var core = new FilteredCore(new SafetyFilter(limits), power: 0.7);

        var verdicts = Enumerable.Range(0, 40).Select(_ => core.Propose(0.5)).Where(verdict => verdict.Decision == FilterDecision.Bent).ToArray();

        verdicts.Should().NotBeEmpty();
        verdicts.Should().AllSatisfy(verdict => verdict.Because.Should().StartWith(complaint));
    }

    [Fact]
    public void A_trip_latches_until_a_named_person_gives_a_reason()
    {
        var core = new FilteredCore(_filter, 1, Two(from: 5));
        core.ProposeUntilTripped(0, 20).Should().NotBeNull();
        core.Propose(0).Rates.Should().AllBeEquivalentTo(-1.0);

        var nameless = () => _filter.Reset(" ", "checked");
        var reasonless = () => _filter.Reset("Ada", "");
        var tooEarly = () => _filter.Reset("Ada", "checked");

        nameless.Should().Throw<ArgumentException>().WithMessage("*names the person*");
        reasonless.Should().Throw<ArgumentException>().WithMessage("*gives a reason*");
        tooEarly.Should().Throw<InvalidOperationException>().WithMessage("the trip stands: fewer than two channels of power agree");
        _filter.Trip.Should().Be("fewer than two channels of power agree");
    }

    [Fact]
    public void A_trip_whose_cause_is_gone_can_be_reset_and_both_stand_in_the_record()
    {
        var core = new FilteredCore(_filter);
        core.Propose(0);
        for (var second = 0; second < 3; second++) core.Do(_filter.Judge(core.Read() with { Power = [double.NaN, double.NaN, 1] }, new double[8]));
        _filter.Trip.Should().NotBeNull();
        core.Propose(0).Decision.Should().Be(FilterDecision.Tripped);

        _filter.Reset("Ada", "the cable was out");

        core.Propose(-0.1).Decision.Should().Be(FilterDecision.Accepted);
        _filter.Record.Should().Equal(new FilterTripped(3, "fewer than two channels of power agree"), new FilterReset(5, "Ada", "the cable was out"));
        var again = () => _filter.Reset("Ada", "the cable was out");
        again.Should().Throw<InvalidOperationException>().WithMessage("nothing is tripped");
    }

    [Fact]
    public void While_readings_are_only_doubted_the_drums_go_in_without_a_trip()
    {
        var core = new FilteredCore(_filter);
        core.Propose(0);

        var verdict = core.Do(_filter.Judge(core.Read() with { Power = [double.NaN, double.NaN, 1] }, new double[8]));

        verdict.Decision.Should().Be(FilterDecision.Bent);
        verdict.Rates.Should().AllBeEquivalentTo(-1.0);
        core.Propose(0.01).Decision.Should().Be(FilterDecision.Accepted);
    }

    [Fact]
    public void A_filter_that_starts_without_fit_readings_trips_for_good()
    {
        var core = new FilteredCore(_filter);

        core.Do(_filter.Judge(core.Read() with { Fuel = [double.NaN, 1, 2000] }, new double[8])).Decision.Should().Be(FilterDecision.Tripped);
        core.Propose(0).Decision.Should().Be(FilterDecision.Tripped);

        var reset = () => _filter.Reset("Ada", "sensors mended");
        reset.Should().Throw<InvalidOperationException>().WithMessage("*at the start*");
    }

    [Fact]
    public void Even_all_drums_in_can_be_too_late_and_then_it_trips()
    {
        var core = new FilteredCore(_filter, power: 0.9);
        core.Propose(0);

        // The limit of a core that already runs at 90 % is moved below it.
        var strict = new FilteredCore(new SafetyFilter(Limits with { Power = 0.8 }), power: 0.9);

        var verdict = strict.Propose(0);

        verdict.Decision.Should().Be(FilterDecision.Tripped);
        verdict.Because.Should().StartWith("power would reach");
    }

    [Fact]
    public void Proposals_and_readings_of_another_reactor_are_refused()
    {
        var readings = new FilteredCore(_filter).Read();

        var fewDrums = () => _filter.Judge(readings, new double[4]);
        var fewChannels = () => _filter.Judge(readings with { Power = [1] }, new double[8]);

        fewDrums.Should().Throw<ArgumentException>().WithMessage("the proposal has 4 rates; there are 8 drums*");
        fewChannels.Should().Throw<ArgumentException>().WithMessage("the readings must have three channels*");
    }

    private static SensorFault[] Two(double from) =>
        [new StuckSensor(new ReactorChannel(ReactorQuantity.Power, 0), from), new StuckSensor(new ReactorChannel(ReactorQuantity.Power, 1), from)];
}
