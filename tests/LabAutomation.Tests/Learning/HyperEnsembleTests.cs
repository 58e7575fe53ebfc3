using LabAutomation.Learning;

namespace LabAutomation.Tests.Learning;

public sealed class HyperEnsembleTests
{
    private static readonly UnitCube Cube = new([new RealDimension("a", 0, 1), new RealDimension("b", 0, 1)]);

    [Fact]
    public void With_few_data_the_members_differ_and_with_many_they_agree()
    {
        Spread(Members(count: 6)).Should().BeGreaterThan(3 * Spread(Members(count: 60)));
    }

    [Fact]
    public void The_mode_comes_first_with_weight_one_and_every_weight_is_positive()
    {
        var members = Members(count: 20);

        members[0].Weight.Should().Be(1);
        members.Should().HaveCountGreaterThan(1);
        members.Should().OnlyContain(member => member.Weight > 0 && member.Weight <= 3);
        members.SelectMany(member => member.Theta).Should().OnlyContain(value => double.IsFinite(value));
    }

    [Fact]
    public void A_known_noise_is_the_same_in_every_member()
    {
        var members = Members(count: 20, noise: 0.01);

        members.Select(member => member.Theta[^1]).Should().OnlyContain(value => Math.Abs(value - Math.Log(0.01)) < 1e-12);
    }

    [Fact]
    public void The_same_seed_gives_the_same_members()
    {
        Members(count: 12).Select(member => member.Theta[0]).Should().Equal(Members(count: 12).Select(member => member.Theta[0]));
    }

    [Fact]
    public void A_draw_that_the_bounds_hold_at_the_mode_weighs_as_much_as_the_mode()
    {
        var members = Members(count: 12, room: 1e-3);

        members.Should().HaveCount(5);
        members.Should().OnlyContain(member => Math.Abs(member.Weight - 1) < 0.01);
    }

    private static double Spread(IReadOnlyList<(double[] Theta, double Weight)> members) => members.Max(member => member.Theta[1]) - members.Min(member => member.Theta[1]);

    private static IReadOnlyList<(double[] Theta, double Weight)> Members(int count, double? noise = null, double? room = null)
    {
        var places = new Sobol(2, 5);
        var (points, values, place) = (new List<Point>(), new double[count], new double[2]);
        for (var i = 0; i < count; i++)
        {
            places.Read((uint)i, place);
            points.Add(new Point([.. place]));
            values[i] = Math.Sin(6 * place[0]) + 0.5 * Math.Cos(4 * place[1]);
        }

        var designs = Designs.Of(Cube, [.. points.Select(point => new Observation(point, 0))]);
        var prior = new HyperPrior(2, noise);
        var likelihood = new Likelihood(Kernel.Matern52, designs, designs.PairDistances(Cube), prior, values);
        var mode = prior.Mode();
        new BoundedLbfgs(prior.Low, prior.High) { Iterations = 200, GradientTolerance = 1e-6 }.Minimise(likelihood.Evaluate, mode);
        for (var i = 0; room is { } narrow && i < mode.Length; i++) (prior.Low[i], prior.High[i]) = (mode[i] - narrow, mode[i] + narrow);
        return HyperEnsemble.Around(likelihood, prior, mode, seed: 3);
    }
}
