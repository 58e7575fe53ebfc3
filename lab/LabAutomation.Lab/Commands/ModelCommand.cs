using System.CommandLine;
using System.Globalization;
using LabAutomation.Lab.Display;
using LabAutomation.Models;

namespace LabAutomation.Lab.Commands;

/// <summary><c>lab model</c>: whether models are what their cards say, how fast they are, and a first card for one that has none.</summary>
internal static class ModelCommand
{
    public static Command Create(Terminal terminal) => new("model", "ONNX models and their cards") { Check(terminal), Bench(terminal), Inspect(terminal), Run(terminal) };

    private static Command Check(Terminal terminal)
    {
        var folder = Folder();
        var command = new Command("check", "Checks hash, inputs, outputs and golden vectors of models against their cards") { folder };
        command.SetAction(parsed =>
        {
            using var registry = Open(parsed, folder);
            ModelReport.Check(registry, terminal, parsed.GetValue(CommonOptions.Json));
            return (int)(registry.Refused.Count == 0 ? ExitCode.Success : ExitCode.Model);
        });
        return command;
    }

    private static Command Bench(Terminal terminal)
    {
        var folder = Folder();
        var seconds = new Option<double>("--seconds") { Description = "Time for each number of rows, 0.01 to 60", HelpName = "S", DefaultValueFactory = _ => 0.5 };
        var command = new Command("bench", "Measures how long runs of models take, by number of rows") { folder, seconds };
        command.SetAction((parsed, cancellation) =>
        {
            var length = parsed.GetValue(seconds);
            if (length is not (>= 0.01 and <= 60)) throw new UsageException($"--seconds is 0.01 to 60, not {length.ToString(CultureInfo.InvariantCulture)}");
            using var registry = Open(parsed, folder);
            if (registry.Refused is [var refused, ..]) throw new ModelException(refused.Reason);
            ModelReport.Bench(registry, TimeSpan.FromSeconds(length), terminal, parsed.GetValue(CommonOptions.Json), cancellation);
            return Task.FromResult((int)ExitCode.Success);
        });
        return command;
    }

    private static Command Inspect(Terminal terminal)
    {
        var file = new Argument<string>("file") { Description = "The .onnx file", HelpName = "FILE" };
        var target = new Option<string?>("--out") { Description = "File for the draft; standard output otherwise", HelpName = "FILE" };
        var lengths = new Option<string[]>("--length") { Description = "Length of an open dimension at which the model is tried; may be repeated", HelpName = "NAME=N" };
        var seed = new Option<int>("--seed") { Description = "Of the inputs of the golden vectors", HelpName = "N", DefaultValueFactory = _ => 1 };
        var command = new Command("inspect", "Drafts the card of a model that has none") { file, target, lengths, seed };
        command.SetAction(parsed =>
        {
            var path = parsed.GetValue(file)!;
            var chosen = (parsed.GetValue(lengths) ?? []).Select(Length).GroupBy(pair => pair.Key).ToDictionary(group => group.Key, group => group.Last().Value);
            if (parsed.GetValue(target) is { } folder && Directory.Exists(folder)) throw new UsageException($"--out '{folder}' is a folder, and a file is wanted, such as {Path.Combine(folder, ModelArtifact.CardFile)}");
            var draft = Draft(path, chosen, parsed.GetValue(seed));
            if (parsed.GetValue(target) is { } output)
            {
                using var card = NewFile.Create(output, "a draft");
                card.Write(draft);
                terminal.Out.WriteLine($"{output}: a draft; answer each \"?\" and save it as card.yaml beside the model");
            }
            else terminal.Out.Write(draft);
            return (int)ExitCode.Success;
        });
        return command;
    }

    private static Command Run(Terminal terminal)
    {
        var name = new Argument<string>("name") { Description = "The model, as 'lab model check' lists it", HelpName = "NAME" };
        var command = new Command("run", "Runs a model for another program: calls on standard input, a JSON object a line, each answered by a line on standard output") { name };
        command.SetAction(async (parsed, cancellation) =>
        {
            var host = Settings.Of(parsed).Models;
            using var registry = ModelRegistry.OpenOnly(parsed.GetValue(name)!, host.Path, host.ToOptions());
            ModelReport.Opened(registry, parsed.GetValue(name)!, terminal);
            using var end = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
            using var interrupt = Interrupt.Ending(end);
            using var input = new StreamReader(Console.OpenStandardInput());
            await using var output = new StreamWriter(AnswerStream.Open());
            var calls = new ModelCalls(registry, registry.Find(parsed.GetValue(name)!), host.Path, output, notice => terminal.Error.WriteLine($"lab: {notice}"));
            var figures = await calls.RunAsync(input, end.Token);
            terminal.Error.WriteLine(ModelReport.Calls(figures, calls.Unread));
            return (int)ExitCode.Success;
        });
        return command;
    }

    private static string Draft(string path, Dictionary<string, int> lengths, int seed)
    {
        if (Directory.Exists(path))
        {
            var within = Directory.EnumerateFiles(path, "*.onnx").Order(StringComparer.Ordinal).FirstOrDefault();
            throw new UsageException($"'{path}' is a folder, and inspect wants an .onnx file{(within is null ? "; there is none in it" : $", such as {within}")}");
        }

        if (!File.Exists(path)) throw new UsageException($"there is no file '{path}'");
        var content = File.ReadAllBytes(path);
        try
        {
            return CardDraft.Write(content, CardName(path), lengths, seed);
        }
        catch (ModelException e)
        {
            throw new ModelException($"{path}: {e.Message}", e);
        }
    }

    /// <summary>As the file is called, with what no card may be called left out.</summary>
    private static string CardName(string path)
    {
        var name = string.Concat(Path.GetFileNameWithoutExtension(path).Select(letter => char.IsAsciiLetterOrDigit(letter) || letter is '.' or '_' or '-' ? letter : '-')).TrimStart('.', '_', '-');
        return name.Length == 0 ? "model" : name[..Math.Min(name.Length, 64)];
    }

    private static KeyValuePair<string, int> Length(string text) => text.Split('=') is [{ Length: > 0 } name, var number] && int.TryParse(number, CultureInfo.InvariantCulture, out var length) && length is > 0 and <= 1_000_000
        ? new KeyValuePair<string, int>(name, length)
        : throw new UsageException($"--length wants NAME=N with N from 1 to 1000000, such as --length batch=4, not '{text}'");

    private static ModelRegistry Open(ParseResult parsed, Argument<string?> folder)
    {
        var options = Settings.Of(parsed).Models;
        var path = parsed.GetValue(folder) ?? options.Path;
        if (File.Exists(path)) throw new UsageException($"'{path}' is a file, and a folder of models is wanted");
        var registry = ModelRegistry.Open(path, options.ToOptions());
        if (registry.Models.Count + registry.Refused.Count > 0) return registry;
        registry.Dispose();
        throw new ModelException($"There is no model in '{path}': a model is a folder with {ModelArtifact.ModelFile} and {ModelArtifact.CardFile}.");
    }

    private static Argument<string?> Folder() => new("folder") { Description = "Folder of a model, or of several (Models:Folder)", HelpName = "FOLDER", Arity = ArgumentArity.ZeroOrOne };
}
