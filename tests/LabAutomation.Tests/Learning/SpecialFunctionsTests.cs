using LabAutomation.Learning;

namespace LabAutomation.Tests.Learning;

/// <summary>Reference values were computed with fifty digits.</summary>
public sealed class SpecialFunctionsTests
{
    [Theory]
    [InlineData(-5, 144009798674.66104041)]
    [InlineData(-2, 108.94090438997797241)]
    [InlineData(-0.5, 1.9523604891825570933)]
    [InlineData(0, 1.0)]
    [InlineData(0.0625, 0.9332062486492741108)]
    [InlineData(0.09375, 0.90242023101248698253)]
    [InlineData(0.1, 0.89645697996912663666)]
    [InlineData(0.5, 0.61569034419292587487)]
    [InlineData(1, 0.42758357615580700441)]
    [InlineData(1.9, 0.26650937366167265995)]
    [InlineData(2, 0.25539567631050574387)]
    [InlineData(3, 0.17900115118138995042)]
    [InlineData(3.99, 0.13732404091422970432)]
    [InlineData(5, 0.11070463773306862637)]
    [InlineData(7.9, 0.070857477367397130882)]
    [InlineData(7.9999999, 0.069985167062531728812)]
    [InlineData(8, 0.069985166200880927723)]
    [InlineData(8.0000001, 0.069985165339230155349)]
    [InlineData(12.5, 0.044992099001027920845)]
    [InlineData(26, 0.021683584850562906616)]
    [InlineData(100, 0.0056416137829894329036)]
    [InlineData(1e6, 5.6418958354747419216e-7)]
    [InlineData(1e8, 5.6418958354775625874e-9)]
    public void Erfcx_has_fifteen_digits(double x, double expected)
        => SpecialFunctions.Erfcx(x).Should().BeApproximately(expected, 1e-15 * expected);

    [Theory]
    [InlineData(-6, 9.86587645037698141e-10)]
    [InlineData(-2, 0.0227501319481792072)]
    [InlineData(-0.3, 0.382088577811047367)]
    [InlineData(0, 0.5)]
    [InlineData(1.5, 0.933192798731141934)]
    [InlineData(4, 0.99996832875816688)]
    public void Normal_probability_has_twelve_digits(double x, double expected)
        => SpecialFunctions.NormalProbability(x).Should().BeApproximately(expected, 1e-12 * expected);

    [Theory]
    [InlineData(1e-10, -6.3613409024040562)]
    [InlineData(0.001, -3.09023230616781354)]
    [InlineData(0.025, -1.95996398454005421)]
    [InlineData(0.5, 0)]
    [InlineData(0.9, 1.28155156554460059)]
    [InlineData(0.9999, 3.71901648545570839)]
    public void Normal_quantile_has_twelve_digits(double probability, double expected)
        => SpecialFunctions.NormalQuantile(probability).Should().BeApproximately(expected, 1e-12 + 1e-12 * Math.Abs(expected));
}
