using System.Globalization;
using System.Text.RegularExpressions;

namespace LabAutomation.SystemTests.Docs;

/// <summary>One line of a shell block in the documentation.</summary>
/// <param name="Place">Such as <c>README.md:24</c>.</param>
/// <param name="ExitCode">What the text after the block says of its last command; else 0.</param>
internal sealed partial record DocumentedCommand(string Place, string Text, int ExitCode)
{
    /// <summary>These build, test or name things, or are CI's own commands, which it takes from the page; here the program is there already.</summary>
    private static readonly string[] NotRunHere =
    [
        MainJob,
        "dotnet build -c Release lab/LabAutomation.Lab",
        "dotnet test -c Release",
        "alias lab='dotnet artifacts/bin/LabAutomation.Lab/release/lab.dll'",
    ];

    private const string RunFromSource = "dotnet run -c Release --project lab/LabAutomation.Lab -- ";

    private const string MainJob = RunFromSource + "run campaigns/colour-match.yaml";

    /// <summary>Where the documentation has the program, built as it says.</summary>
    private const string Built = "artifacts/bin/LabAutomation.Lab/release/lab.dll";

    private const string Python = "python3 ";

    public bool IsRunHere => !NotRunHere.Contains(Text) && !IsPython;

    /// <summary>Needs what not every machine has, and is run by a test of its own.</summary>
    public bool IsPython => Text.StartsWith(Python, StringComparison.Ordinal);

    /// <summary>The arguments of <c>python3</c>, with the program that these tests have for the one that the documentation has.</summary>
    /// <param name="program">Path of lab.dll.</param>
    public string[] PythonArguments(string program) =>
        [.. Text[Python.Length..].Split(' ', StringSplitOptions.RemoveEmptyEntries).Select(argument => argument == Built ? program : argument)];

    /// <summary>The arguments of <c>lab</c>.</summary>
    /// <exception cref="InvalidDataException">It is no command that this test knows how to run.</exception>
    public string[] Arguments
    {
        get
        {
            var rest = Text.StartsWith("lab ", StringComparison.Ordinal) ? Text[4..]
                : Text.StartsWith(RunFromSource, StringComparison.Ordinal) ? Text[RunFromSource.Length..]
                : throw new InvalidDataException($"{Place}: this test does not know how to run '{Text}'");
            return rest.AsSpan().IndexOfAny("'\"|;&<>$`\\") < 0
                ? rest.Split(' ', StringSplitOptions.RemoveEmptyEntries)
                : throw new InvalidDataException($"{Place}: '{Text}' needs a shell; a plain command runs everywhere");
        }
    }

    public static IReadOnlyList<DocumentedCommand> Of(string file) => Read(file, File.ReadAllLines(Path.Combine(Lab.LabProcess.Root, file)));

    /// <exception cref="InvalidDataException">A block is not closed, or holds commands and does not say <c>sh</c>.</exception>
    public static IReadOnlyList<DocumentedCommand> Read(string file, IReadOnlyList<string> lines)
    {
        var commands = new List<DocumentedCommand>();
        for (var k = 0; k < lines.Count; k++)
        {
            if (!lines[k].StartsWith("```", StringComparison.Ordinal)) continue;
            var (language, first) = (lines[k][3..].Trim(), k + 1);
            do k++;
            while (k < lines.Count && !lines[k].StartsWith("```", StringComparison.Ordinal));
            if (k == lines.Count) throw new InvalidDataException($"{file}:{first}: the block has no end");
            var block = Enumerable.Range(first, k - first).Where(line => lines[line].Trim().Length > 0).ToArray();
            if (language == "sh")
                commands.AddRange(block.Select(line => new DocumentedCommand($"{file}:{line + 1}", lines[line].Trim(), line == block[^1] ? SaidAfter(lines, k + 1) : 0)));
            else if (block.FirstOrDefault(line => LooksLikeCommand().IsMatch(lines[line]), -1) is >= 0 and var stray)
                throw new InvalidDataException($"{file}:{stray + 1}: '{lines[stray]}' looks like a command and stands in a block that does not say sh");
        }

        return commands;
    }

    private static int SaidAfter(IReadOnlyList<string> lines, int line)
    {
        var paragraph = string.Join(' ', lines.Skip(line).SkipWhile(text => text.Length == 0).TakeWhile(text => text.Length > 0));
        return ExitCodeSaid().Match(paragraph) is { Success: true } said ? int.Parse(said.Groups[1].ValueSpan, CultureInfo.InvariantCulture) : 0;
    }

    [GeneratedRegex(@"\bwith exit code (\d+)")]
    private static partial Regex ExitCodeSaid();

    [GeneratedRegex(@"^\s*(\$ )?(lab|dotnet|alias|cd|git|npm|docker|python3) ")]
    private static partial Regex LooksLikeCommand();
}
