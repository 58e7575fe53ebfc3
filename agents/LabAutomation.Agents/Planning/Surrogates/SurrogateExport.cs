using LabAutomation.Agents.Campaigns;
using LabAutomation.Learning;
using LabAutomation.Learning.Sessions;
using LabAutomation.Models;

namespace LabAutomation.Agents.Planning.Surrogates;

/// <summary>A study's model of one quantity as a model folder, which the host has loaded and compared with the engine.</summary>
public sealed class SurrogateExport : IDisposable
{
    /// <summary>How far graph and engine may be apart, of the largest value or standard deviation among the points that are compared.</summary>
    public const double Tolerance = 1e-5;

    private const int Probes = 1000;

    private readonly ModelRegistry _registry;

    private SurrogateExport(ModelRegistry registry, StudySurrogate surrogate, SurrogateCard card, double difference) =>
        (_registry, Surrogate, Mean, Sd, Difference) = (registry, surrogate, card.Mean, card.Sd, difference);

    public StudySurrogate Surrogate { get; }

    /// <summary>The output that holds the mean, and the one that holds one standard deviation.</summary>
    public string Mean { get; }

    /// <inheritdoc cref="Mean"/>
    public string Sd { get; }

    /// <summary>The largest difference between graph and engine, as <see cref="Tolerance"/> counts it.</summary>
    public double Difference { get; }

    public LoadedModel Model => _registry.Models[0];

    /// <param name="plan">Whose parameters the inputs are.</param>
    /// <param name="surrogate">What is exported.</param>
    /// <param name="facts">For the card.</param>
    /// <param name="folder">Receives model.onnx and card.yaml.</param>
    /// <param name="options">Where it is run for the comparison.</param>
    /// <exception cref="ModelException">The graph does not say what the engine says, or does not run there. The folder is left for inspection.</exception>
    public static SurrogateExport Write(CampaignPlan plan, StudySurrogate surrogate, SurrogateFacts facts, string folder, ModelOptions options)
    {
        var card = new SurrogateCard(plan, surrogate, facts);
        Point[] probes = [.. SurrogateCandidates.Draw(surrogate.Model.Space, Probes, plan.Seed).Select(SurrogateCandidates.Single)];
        var content = SurrogateGraph.Write(surrogate.Model.ToForm(), surrogate.Sign, card.Mean, card.Sd, $"{surrogate.Quantity} of {facts.Campaign}");
        RefuseOther(folder, facts.Name);
        Put(folder, content, card.Write(content, probes));
        var registry = ModelRegistry.Open(folder, options);
        try
        {
            if (registry.Refused is [var refused, ..]) throw new ModelException(refused.Reason);
            var difference = Compare(registry.Models[0], surrogate, card, probes);
            return difference <= Tolerance
                ? new SurrogateExport(registry, surrogate, card, difference)
                : throw new ModelException($"The exported model of {surrogate.Quantity} is {difference:0.0e0} away from the engine, and {Tolerance:0e0} is allowed.");
        }
        catch
        {
            registry.Dispose();
            throw;
        }
    }

    public void Dispose() => _registry.Dispose();

    /// <summary>Card and model come together: they are written elsewhere and the whole is renamed. Into a folder that has something the card goes first, so that an export that was cut off can be made again.</summary>
    private static void Put(string folder, byte[] content, string card)
    {
        var target = Path.TrimEndingDirectorySeparator(Path.GetFullPath(folder));
        var parts = Path.Combine(Path.GetDirectoryName(target) ?? target, $".{Path.GetFileName(target)}.part");
        if (Directory.Exists(parts)) Directory.Delete(parts, recursive: true);
        Directory.CreateDirectory(parts);
        File.WriteAllText(Path.Combine(parts, ModelArtifact.CardFile), card);
        File.WriteAllBytes(Path.Combine(parts, ModelArtifact.ModelFile), content);
        if (Directory.Exists(target) && Directory.EnumerateFileSystemEntries(target).Any())
        {
            foreach (var file in (string[])[ModelArtifact.CardFile, ModelArtifact.ModelFile]) File.Move(Path.Combine(parts, file), Path.Combine(target, file), overwrite: true);
            Directory.Delete(parts);
            return;
        }

        if (Directory.Exists(target)) Directory.Delete(target);
        Directory.Move(parts, target);
    }

    /// <summary>What lies there may be written over only by a later export of the same model.</summary>
    private static void RefuseOther(string folder, string name)
    {
        var (card, model) = (File.Exists(Path.Combine(folder, ModelArtifact.CardFile)), File.Exists(Path.Combine(folder, ModelArtifact.ModelFile)));
        if (model && !card) throw new ModelException($"The folder '{folder}' holds a {ModelArtifact.ModelFile} without a card; nobody knows what it is. Remove it, or export to another folder.");
        if (card && ModelFolders.NameOf(folder) is var there && there != name) throw new ModelException($"The folder '{folder}' holds the model '{there}'; export '{name}' to another one.");
    }

    private static double Compare(LoadedModel model, StudySurrogate surrogate, SurrogateCard card, IReadOnlyList<Point> probes)
    {
        var (largest, difference) = (0.0, 0.0);
        SurrogateCandidates.Score(model, card.Mean, card.Sd, probes, (k, mean, sd) =>
        {
            var told = surrogate.Predict(probes[k]);
            largest = Math.Max(largest, Math.Max(Math.Abs(told.Mean), told.Sd));
            difference = Math.Max(difference, Math.Max(Math.Abs(told.Mean - mean), Math.Abs(told.Sd - sd)));
        });
        return largest > 0 ? difference / largest : difference;
    }
}
