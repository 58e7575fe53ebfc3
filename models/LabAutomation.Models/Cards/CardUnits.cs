using LabAutomation.Protocol;
using YamlDotNet.Core;
using YamlDotNet.RepresentationModel;

namespace LabAutomation.Models;

/// <summary>Whether the units of a card are units of the lab, and where one that is not stands.</summary>
internal static class CardUnits
{
    /// <param name="text">Of the card's file.</param>
    /// <returns>What is wrong with the first that is none, and where it stands; null where all are.</returns>
    public static (string Mistake, Mark At)? Unknown(ModelCard card, string text) => Unknown("inputs", card.Inputs, text) ?? Unknown("outputs", card.Outputs, text);

    private static (string Mistake, Mark At)? Unknown(string side, TensorCard[] tensors, string text)
    {
        for (var k = 0; k < tensors.Length; k++)
        {
            var tensor = tensors[k];
            if (!Unit.TryParse(tensor.Unit, out _)) return (Mistake($"the unit of '{tensor.Name}'", tensor.Unit), Place(text, side, k, "unit"));
            if (tensor.Along is { } axis && !Unit.TryParse(axis.Unit, out _)) return (Mistake($"the unit along '{axis.Column}' of '{tensor.Name}'", axis.Unit), Place(text, side, k, "along", "unit"));
        }

        return null;
    }

    private static string Mistake(string what, string unit) => $"{what} is '{unit}', which is no unit that is known; one is made of symbols, such as mL/min, g.cm-3 or AU, and \"1\" is a plain number";

    private static Mark Place(string text, string side, int tensor, params string[] keys)
    {
        var yaml = new YamlStream();
        yaml.Load(new StringReader(text));
        YamlNode node = yaml.Documents[0].RootNode[side][tensor];
        foreach (var key in keys) node = node[key];
        return node.Start;
    }
}
