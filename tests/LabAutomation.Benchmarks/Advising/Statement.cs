using System.Collections.Immutable;
using System.Text.Json;
using LabAutomation.Agents.AskTell;
using LabAutomation.Learning;
using LabAutomation.Learning.Advising;

namespace LabAutomation.Benchmarks.Advising;

/// <summary>What somebody said about a data set in plain language, and the regions it was turned into.</summary>
/// <param name="Source">Where the statement comes from, and when it was written.</param>
internal sealed record Statement(string Set, string Text, string Source, JsonElement Regions)
{
    private const string Folder = "Advice/";

    /// <summary>As they are recorded beside this benchmark, in the order of their names.</summary>
    public static ImmutableArray<Statement> Recorded()
    {
        var assembly = typeof(Statement).Assembly;
        return [.. assembly.GetManifestResourceNames().Where(name => name.StartsWith(Folder, StringComparison.Ordinal)).Order(StringComparer.Ordinal).Select(name =>
        {
            using var stream = assembly.GetManifestResourceStream(name)!;
            var root = JsonDocument.Parse(stream).RootElement;
            return new Statement(root.GetProperty("set").GetString()!, root.GetProperty("statement").GetString()!, root.GetProperty("source").GetString()!, root.GetProperty("advice"));
        })];
    }

    /// <summary>As <c>lab ask-tell</c> reads it.</summary>
    public Advice For(SearchSpace space) => new AdviceReader(space).Read(Regions);
}
