using LabAutomation.Learning;
using LabAutomation.Learning.Advising;

namespace LabAutomation.Tests.Learning;

/// <summary>Slopes of all that a search climbs, by finite differences.</summary>
public sealed class AcquisitionGradientTests
{
    private static readonly SearchSpace Space = new([new RealDimension("a", 0, 1), new RealDimension("b", 0, 1)]);
    private static readonly double[][] Rows = [[0.35, 0.6], [0.9, 0.05], [0.11, 0.2], [0.65, 0.95]];
    private static readonly Posterior[] Models = [Model(seed: 1, at => at.A - at.B * at.B), Model(seed: 2, at => Math.Sin(4 * at.A) + at.B)];

    private static readonly IMarginalUtility[] Utilities =
    [
        new ImprovementBelow(-0.3), new NearTarget(0.2, 0.5), new NearLevel(0.1), new WithinLimits(-0.4, 0.9), new WithinLimits(double.NegativeInfinity, 0.4),
    ];

    [Fact]
    public void Of_every_utility_in_a_mixture_of_models()
    {
        foreach (var utility in Utilities)
            AcquisitionSlopes.ShouldBeRight(new MarginalAcquisition([(Models[0], utility, Math.Log(0.7)), (Models[1], utility, Math.Log(0.3))]), Rows);
    }

    [Fact]
    public void Of_a_mixture_of_acquisitions()
        => AcquisitionSlopes.ShouldBeRight(new Mixture(
        [
            (new MarginalAcquisition([(Models[0], new ImprovementBelow(-0.3), 0)]), Math.Log(0.6)), (new VarianceReduction(Models[1], 0.05, [0.2, 0.3, 0.8, 0.9]), Math.Log(0.4)),
        ]), Rows);

    [Fact]
    public void Of_a_product_of_factors_of_every_kind()
    {
        var risk = FailureRisk.Of(new UnitCube(Space), [Trial(0.2, 0.3, 1), Trial(0.8, 0.8, null), Trial(0.5, 0.1, 2), Trial(0.9, 0.6, null)])!;
        AcquisitionSlopes.ShouldBeRight(new Product(
        [
            new MarginalAcquisition([(Models[0], new ImprovementBelow(-0.3), 0)]), new MarginalAcquisition([(Models[1], new WithinLimits(-1, 0.5), 0)]), new Success(risk, wanted: 0.75),
            new VarianceReduction(Models[0], 0.05, [0.2, 0.3, 0.8, 0.9]),
        ]), Rows);
    }

    /// <summary>Whoever adds one adds its test, here or in a file of its own.</summary>
    [Fact]
    public void There_is_none_without_a_test()
    {
        var types = typeof(IAcquisition).Assembly.GetTypes().Where(type => type is { IsClass: true, IsAbstract: false } && !type.Name.Contains('<')).ToArray();

        types.Where(type => type.IsAssignableTo(typeof(IMarginalUtility))).Should().BeEquivalentTo(Utilities.Select(utility => utility.GetType()).Distinct());
        types.Where(type => type.IsAssignableTo(typeof(IAcquisition))).Should().BeEquivalentTo(
            [typeof(MarginalAcquisition), typeof(Mixture), typeof(Product), typeof(Success), typeof(VarianceReduction), typeof(HypervolumeImprovement), typeof(AdvisedWorth)]);
    }

    private static Observation Trial(double a, double b, double? value) => new(new Point([a, b]), value);

    private static Posterior Model(int seed, Func<(double A, double B), double> value) => GaussianProcess.Fit(
        Space, [.. new[] { (0.1, 0.2), (0.9, 0.5), (0.4, 0.8), (0.6, 0.1), (0.2, 0.9) }.Select(at => Trial(at.Item1, at.Item2, value(at)))], seed).Posterior;
}
