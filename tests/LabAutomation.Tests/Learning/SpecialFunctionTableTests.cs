using LabAutomation.Learning;

namespace LabAutomation.Tests.Learning;

/// <summary>
/// Reference values of the doubles given, by decimal arithmetic with 110 digits: erf by its confluent series, erfcx beyond 5 by Laplace's
/// continued fraction, quantiles by Halley's iteration on the distribution, π by Machin's formula.
/// </summary>
public sealed class SpecialFunctionTableTests
{
    [Theory]
    [InlineData(-26, 7.6577249314905683515e+293)]
    [InlineData(-9.5, 3.1340576970271158896e+39)]
    [InlineData(-3, 16205.988853999586625)]
    [InlineData(-1, 5.0089800807622834663)]
    [InlineData(-0.1, 1.1236433541992094807)]
    [InlineData(1e-300, 1.0)]
    [InlineData(1e-8, 0.99999998871620842904)]
    [InlineData(0.25, 0.77034654773099674392)]
    [InlineData(0.75, 0.50693765029314480579)]
    [InlineData(1.5, 0.32158541645431750235)]
    [InlineData(1.999, 0.25550251459057790555)]
    [InlineData(2.001, 0.25528892163594967069)]
    [InlineData(2.5, 0.21080636406114358065)]
    [InlineData(4, 0.13699945762506138989)]
    [InlineData(10, 0.056140992743822585858)]
    [InlineData(27, 0.020881607990420940674)]
    [InlineData(50, 0.011281536265323772500)]
    [InlineData(1000, 0.00056418930145338765420)]
    [InlineData(1e155, 5.6418958354775628290e-156)]
    [InlineData(1e300, 5.6418958354775625733e-301)]
    public void Erfcx(double x, double expected) => Relative(SpecialFunctions.Erfcx(x), expected);

    [Theory]
    [InlineData(-37.5, 4.6053530095819548438e-308, -707.66898931750719107)]
    [InlineData(-30, 4.9067139271481870595e-198, -454.32124395634319711)]
    [InlineData(-20, 2.7536241186062336951e-89, -203.91715537109726394)]
    [InlineData(-10, 7.6198530241605260660e-24, -53.231285150512470578)]
    [InlineData(-8, 6.2209605742717841235e-16, -35.013437159914549896)]
    [InlineData(-5, 2.8665157187919391167e-7, -15.064998393988725736)]
    [InlineData(-3, 0.0013498980316300945267, -6.6077262215103495433)]
    [InlineData(-1.0001, 0.15863105806885876032, -1.8411741625414107474)]
    [InlineData(-1, 0.15865525393145705141, -1.8410216450092635058)]
    [InlineData(-0.9999, 0.15867945221376258366, -1.8408691354861396077)]
    [InlineData(-0.5, 0.30853753872598689636, -1.1759117615936186089)]
    [InlineData(-1e-10, 0.49999999996010577196, -0.69314718063973376550)]
    [InlineData(1e-10, 0.50000000003989422804, -0.69314718048015685334)]
    [InlineData(0.5, 0.69146246127401310364, -0.36894641528865639307)]
    [InlineData(1, 0.84134474606854294859, -0.17275377902344988953)]
    [InlineData(2.5, 0.99379033467422386483, -0.0062290254858600023810)]
    [InlineData(6, 0.99999999901341235496, -9.8658764552437573169e-10)]
    [InlineData(8, 0.99999999999999937790, -6.2209605742717860585e-16)]
    [InlineData(9, 0.99999999999999999989, -1.1285884059538406478e-19)]
    public void The_normal_distribution_and_its_logarithm(double x, double probability, double logarithm)
    {
        Relative(SpecialFunctions.NormalProbability(x), probability);
        SpecialFunctions.LogNormalProbability(x).Should().BeApproximately(logarithm, Math.Max(1e-12 * Math.Abs(logarithm), 2e-16));
    }

    [Theory]
    [InlineData(-50, -1254.8313611394199013)]
    [InlineData(-100, -5005.5242086942050886)]
    [InlineData(-1000, -500007.82669481218431)]
    [InlineData(-1e5, -5000000012.4318639983)]
    [InlineData(-1e8, -5000000000000019.3396)]
    public void The_logarithm_where_the_probability_itself_is_zero(double x, double expected) => Relative(SpecialFunctions.LogNormalProbability(x), expected);

    [Theory]
    [InlineData(1e-300, -37.047096299361199237)]
    [InlineData(1e-100, -21.273453560965324294)]
    [InlineData(1e-16, -8.2220822161304356152)]
    [InlineData(1e-5, -4.2648907939228246102)]
    [InlineData(0.01, -2.3263478740408410931)]
    [InlineData(0.1, -1.2815515655446004353)]
    [InlineData(0.25, -0.67448975019608174320)]
    [InlineData(0.499999, -0.0000025066282745665593779)]
    [InlineData(0.500001, 0.0000025066282747057051991)]
    [InlineData(0.6, 0.25334710313579974132)]
    [InlineData(0.75, 0.67448975019608174320)]
    [InlineData(0.95, 1.6448536269514722843)]
    [InlineData(0.999, 3.0902323061678132778)]
    [InlineData(0.99999999, 5.6120012433055049826)]
    public void Quantiles(double probability, double expected) => SpecialFunctions.NormalQuantile(probability).Should().BeApproximately(expected, 1e-12 * Math.Max(1, Math.Abs(expected)));

    private static void Relative(double value, double expected) => (value / expected).Should().BeApproximately(1, 1e-12);
}
