using System.Collections.Immutable;

namespace LabAutomation.Learning.Diagnosis;

/// <summary>How much of the variance of a quantity over the feasible space is due to one parameter, by the model's mean.</summary>
/// <param name="First">First-order Sobol index, 0 to 1: the share that knowing this parameter alone would take away.</param>
/// <param name="Total">Total Sobol index, 0 to 1: the share that is left when all other parameters are known, interactions included.</param>
/// <param name="FirstLow">10 % quantile of the first-order index over surfaces drawn from the model, or <paramref name="First"/> where that is
/// lower: a drawn surface is rougher than the mean of all.</param>
/// <param name="FirstHigh">90 % quantile of it, or <paramref name="First"/> where that is higher.</param>
/// <param name="TotalLow">The same of the total index.</param>
/// <param name="TotalHigh">The same of the total index.</param>
public sealed record ParameterImportance(string Name, double First, double Total, double FirstLow, double FirstHigh, double TotalLow, double TotalHigh);

/// <summary>
/// Which parameters matter: Sobol indices over the feasible space, all of whose points are equally likely (a pool: all rows). I. M. Sobol,
/// Math. Comput. Simul. 55, 2001. Doubt is that of surfaces drawn from the model, as in A. Marrel et al., "Calculations of Sobol indices
/// for the Gaussian process metamodel", Reliab. Eng. Syst. Saf. 94, 2009.
/// </summary>
/// <param name="Parameters">Those that are chosen, in the order of the space.</param>
/// <param name="SurfaceSd">Standard deviation of the model's mean over the space, in standardised outputs; near 0 where the surface is flat
/// and the indices mean nothing.</param>
public sealed record Importance(ImmutableArray<ParameterImportance> Parameters, double SurfaceSd)
{
    /// <summary>The most important first, by the total index.</summary>
    public IEnumerable<ParameterImportance> Ranked => Parameters.OrderByDescending(one => one.Total).ThenByDescending(one => one.First);
}
