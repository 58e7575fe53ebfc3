using System.CommandLine;

namespace LabAutomation.Lab.Commands;

/// <summary>Options of commands that talk to agents.</summary>
internal sealed class TalkOptions
{
    private readonly Option<string[]> _documents = new("--with") { Description = "A text that the agents may read, such as a paper; may be repeated. What comes of it never runs without a person's approval", HelpName = "FILE" };
    private readonly Option<string> _by = OperatorLink.By("Who asks");

    public void AddTo(Command command)
    {
        command.Options.Add(_documents);
        command.Options.Add(_by);
    }

    /// <exception cref="UsageException">Two documents have the same name.</exception>
    public IReadOnlyList<string> Documents(ParseResult parsed)
    {
        var paths = parsed.GetValue(_documents) ?? [];
        return paths.GroupBy(Path.GetFileName, StringComparer.Ordinal).FirstOrDefault(group => group.Count() > 1) is { } twice
            ? throw new UsageException($"--with: two documents are called '{twice.Key}'")
            : paths;
    }

    /// <exception cref="UsageException">It is empty.</exception>
    public string By(ParseResult parsed) => OperatorLink.Text(parsed, _by);
}
