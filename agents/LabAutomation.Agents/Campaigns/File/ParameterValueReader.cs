using System.Collections.Immutable;
using LabAutomation.Learning;
using LabAutomation.Learning.Sessions;
using LabAutomation.Protocol;

namespace LabAutomation.Agents.Campaigns;

/// <summary>Values that parameters can have, as they stand in a campaign file.</summary>
internal sealed class ParameterValueReader(ImmutableArray<ParameterPlan> parameters, ProblemList problems)
{
    /// <summary>The place of a parameter; null where it is reported that there is none, or where it could not be read.</summary>
    public int? Find(TextNode name)
    {
        for (var k = 0; k < parameters.Length; k++)
            if (parameters[k].Name == name.Text) return parameters[k] is UnknownParameter ? null : k;
        problems.Add(name.At, $"'{name.Text}' is not a parameter of this campaign", NearestName.Hint(name.Text, parameters.Select(parameter => parameter.Name), "its parameters"));
        return null;
    }

    /// <summary>The coordinate of a value; null where it is reported that the parameter cannot have it.</summary>
    public double? Coordinate(ParameterPlan parameter, TextNode value)
    {
        if (parameter is ChoiceParameter words)
        {
            if (words.Choices.IndexOf(value.Text) is >= 0 and var choice) return choice;
            problems.Add(value.At, $"'{words.Name}' has no choice '{value.Text}'", NearestName.Hint(value.Text, words.Choices, "its choices"));
            return null;
        }
        if (QuantityShape.Read(value) is not { } amount)
        {
            problems.Add(value.At, $"'{parameter.Name}' cannot be '{value.Text}'", "it is a number with its unit");
            return null;
        }
        return Fits(amount, parameter, value) ? Within(amount.In(parameter.Unit), parameter.ToDimension(), parameter, value) : null;
    }

    public bool Fits(Quantity amount, ParameterPlan parameter, TextNode at)
    {
        if (amount.Unit.Fits(parameter.Unit)) return true;
        problems.Add(at.At, $"'{parameter.Name}' is in {Named(parameter.Unit)}, and not in {Named(amount.Unit)}", $"write it in {Named(parameter.Unit)}");
        return false;
    }

    /// <param name="dimension">Its own, or a wider one where values in between count.</param>
    public double? Within(double value, SearchDimension dimension, ParameterPlan parameter, TextNode at)
    {
        try
        {
            return Admission.OfNumber(dimension, value);
        }
        catch (StudyException)
        {
            problems.Add(at.At, $"'{parameter.Name}' cannot be {at.Text}", $"it is {Range(parameter)}");
            return null;
        }
    }

    public static string Range(ParameterPlan parameter) => parameter switch
    {
        RealParameter real => $"{new Quantity(real.Low, real.Unit)} to {new Quantity(real.High, real.Unit)}",
        IntegerParameter whole => $"a whole number, {new Quantity(whole.Low, whole.Unit)} to {new Quantity(whole.High, whole.Unit)}",
        DiscreteParameter discrete => $"one of {string.Join(", ", discrete.Values.Select(value => new Quantity(value, discrete.Unit)))}",
        _ => "a choice",
    };

    public static string Named(Unit unit) => unit.Symbol == "1" ? "no unit" : unit.Symbol;
}
