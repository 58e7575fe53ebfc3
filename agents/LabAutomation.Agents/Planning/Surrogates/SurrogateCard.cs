using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using LabAutomation.Agents.Campaigns;
using LabAutomation.Learning;
using LabAutomation.Learning.Sessions;
using LabAutomation.Models;
using LabAutomation.Models.Graphs;
using LabAutomation.Protocol;

namespace LabAutomation.Agents.Planning.Surrogates;

/// <summary>The card of an exported surrogate. Its golden vectors are what the engine itself says, so that loading it proves the graph.</summary>
internal sealed class SurrogateCard(CampaignPlan plan, StudySurrogate surrogate, SurrogateFacts facts)
{
    private const int GoldenPoints = 8;
    private const int Rows = 1024;

    /// <summary>Name of the output for the mean; not that of a parameter.</summary>
    public string Mean { get; } = Free(plan, surrogate.Quantity);

    /// <summary>Name of the output for one standard deviation.</summary>
    public string Sd => $"{Mean}_sd";

    private Unit Unit => plan.Analyses.SelectMany(analysis => analysis.Outputs).First(output => output.Name == surrogate.Quantity).Unit;

    /// <param name="content">The .onnx file.</param>
    /// <param name="probes">Points at which it is to be right.</param>
    public string Write(byte[] content, IReadOnlyList<Point> probes)
    {
        var (golden, yaml) = (probes.Take(GoldenPoints).ToArray(), new StringBuilder());
        var told = golden.Select(surrogate.Predict).ToArray();
        var largest = told.Max(prediction => Math.Max(Math.Abs(prediction.Mean), prediction.Sd));

        // As far as graph and engine may be apart, and small beside what is compared.
        string Small(double most) => Number(Math.Min(SurrogateExport.Tolerance * (largest > 0 ? largest : 1), most > 0 ? most / 100 : SurrogateExport.Tolerance));
        yaml.Append($$"""
            name: {{facts.Name}}
            version: "{{facts.Version}}"
            licence: that of the data
            description: >-
              What the Gaussian process of the learning engine expects of {{surrogate.Quantity}}, with one standard deviation of the surface
              (the noise of a measurement is not in it), from {{facts.Trials}} trials of {{facts.Campaign}}.
            sensitivity: {{facts.Sensitivity}}
            provenance:
              source: lab export-model {{facts.Campaign}}
              data: {{facts.Data}}
            opset: {{GraphBuilder.Opset}}
            sha256: {{Convert.ToHexStringLower(SHA256.HashData(content))}}
            dimensions: { {{SurrogateGraph.Batch}}: { min: 1, opt: {{GoldenPoints}}, max: {{Rows}} } }
            batch: {{SurrogateGraph.Batch}}
            inputs:

            """.ReplaceLineEndings("\n"));
        foreach (var parameter in plan.Parameters) yaml.Append(Input(parameter));
        var bound = Number(1e3 * (largest + 1));
        yaml.Append(CultureInfo.InvariantCulture, $"outputs:\n  - {{ name: \"{Mean}\", type: float64, shape: [{SurrogateGraph.Batch}, 1], unit: \"{Unit.Symbol}\", range: [-{bound}, {bound}], outside: flag, deviation: \"{Sd}\" }}\n");
        yaml.Append(CultureInfo.InvariantCulture, $"  - {{ name: \"{Sd}\", type: float64, shape: [{SurrogateGraph.Batch}, 1], unit: \"{Unit.Symbol}\", range: [0, {bound}], outside: flag }}\n");
        yaml.Append(CultureInfo.InvariantCulture, $"golden:\n  - name: as the engine says\n    tolerances: {{ \"{Mean}\": {Small(told.Max(prediction => Math.Abs(prediction.Mean)))}, \"{Sd}\": {Small(told.Max(prediction => prediction.Sd))} }}\n    lengths: {{ {SurrogateGraph.Batch}: {golden.Length} }}\n    inputs:\n");
        for (var d = 0; d < plan.Parameters.Length; d++) yaml.Append(CultureInfo.InvariantCulture, $"      \"{plan.Parameters[d].Name}\": [{string.Join(", ", golden.Select(point => Number(point[d])))}]\n");
        yaml.Append(CultureInfo.InvariantCulture, $"    outputs:\n      \"{Mean}\": [{string.Join(", ", told.Select(prediction => Number(prediction.Mean)))}]\n      \"{Sd}\": [{string.Join(", ", told.Select(prediction => Number(prediction.Sd)))}]\n");
        return yaml.ToString();
    }

    /// <summary>The name, lengthened until neither it nor its deviation is that of a parameter.</summary>
    private static string Free(CampaignPlan plan, string name)
    {
        while (plan.Parameters.Any(parameter => parameter.Name == name || parameter.Name == $"{name}_sd")) name += "_expected";
        return name;
    }

    private static string Input(ParameterPlan parameter)
    {
        var dimension = parameter.ToDimension();
        var (low, high) = dimension switch
        {
            RealDimension real => (real.Low, real.High),
            IntegerDimension integer => (integer.Low, integer.High),
            DiscreteDimension listed => (listed.Values[0], listed.Values[^1]),
            CategoricalDimension or OrdinalDimension => (0.0, ((ChoiceParameter)parameter).Choices.Length - 1.0),
            _ => throw new InvalidOperationException($"a parameter of kind {dimension.GetType().Name} has no range"),
        };
        var note = parameter is ChoiceParameter words ? $"  # {string.Join(", ", words.Choices.Select((word, k) => $"{k}: {word.ReplaceLineEndings(" ")}"))}" : "";
        var type = parameter is ChoiceParameter ? "int64" : "float64";
        // A parameter of one value has a range of no width, which a card cannot have.
        if (!(high > low)) high = low + Math.Max(1, Math.Abs(low));
        return string.Create(CultureInfo.InvariantCulture, $"  - {{ name: \"{parameter.Name}\", type: {type}, shape: [{SurrogateGraph.Batch}, 1], unit: \"{parameter.Unit.Symbol}\", range: [{Number(low)}, {Number(high)}] }}{note}\n");
    }

    private static string Number(double value) => ((float)value).ToString("R", CultureInfo.InvariantCulture);
}
