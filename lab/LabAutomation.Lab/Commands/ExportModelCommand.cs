using System.CommandLine;
using System.Globalization;
using System.Text.Json;
using LabAutomation.Agents.Campaigns;
using LabAutomation.Agents.Planning.Surrogates;
using LabAutomation.Lab.Display;
using LabAutomation.Learning;
using LabAutomation.Learning.Backtesting;
using LabAutomation.Learning.Sessions;
using LabAutomation.Models;
using LabAutomation.Protocol;

namespace LabAutomation.Lab.Commands;

/// <summary><c>lab export-model [CAMPAIGN|ID]</c>: the model that the planner has of a campaign, as an ONNX model with its card.</summary>
internal static class ExportModelCommand
{
    private const int MostCandidates = 100_000_000;

    public static Command Create(Terminal terminal)
    {
        var subject = StudySubject.Argument();
        var observations = new Option<string?>("--observations") { Description = "With a campaign file: CSV of measured trials", HelpName = "FILE" };
        var quantity = new Option<string?>("--quantity") { Description = "Which measured quantity; the first objective unless given", HelpName = "NAME" };
        var folder = new Option<string?>("--out") { Description = "Folder for model.onnx and card.yaml; models/NAME in the data directory unless given", HelpName = "FOLDER" };
        var sensitivity = new Option<string>("--sensitivity") { Description = "How far the model may go, for its card", HelpName = "LABEL", DefaultValueFactory = _ => "Unclassified_Uncontrolled" };
        sensitivity.AcceptOnlyFromAmong([.. Sensitivity.Labels]);
        var candidates = new Option<int>("--candidates") { Description = "Draws so many trials and shows those that the model expects most of", HelpName = "N" };
        var best = new Option<int>("--best") { Description = "How many of them are shown", HelpName = "K", DefaultValueFactory = _ => 10 };
        var command = new Command("export-model", "Writes the model that the planner has of a campaign as an ONNX model with its card") { subject, observations, quantity, folder, sensitivity, candidates, best };
        command.SetAction(parsed =>
        {
            if (parsed.GetValue(candidates) is < 0 or > MostCandidates) throw new UsageException($"--candidates is 1 to {MostCandidates}, not {parsed.GetValue(candidates)}");
            if (parsed.GetValue(best) is < 1 or > 1000) throw new UsageException($"--best is 1 to 1000, not {parsed.GetValue(best)}");
            if (parsed.GetValue(folder) is { } named && string.IsNullOrWhiteSpace(named)) throw new UsageException("--out must not be empty");
            var of = StudySubject.Read(parsed, parsed.GetValue(subject), parsed.GetValue(observations));
            using var export = Write(of, parsed.GetValue(quantity), parsed.GetValue(folder), parsed.GetValue(sensitivity)!, Settings.Of(parsed));
            var found = parsed.GetValue(candidates) is > 0 and var count ? Best(of, export, count, parsed.GetValue(best)) : null;
            if (parsed.GetValue(CommonOptions.Json)) terminal.Out.WriteLine(JsonSerializer.Serialize(Form(of, export, found), JsonForms.Indented));
            else Print(of, export, found, parsed.GetValue(candidates), terminal);
            return (int)ExitCode.Success;
        });
        return command;
    }

    private static SurrogateExport Write(StudySubject of, string? quantity, string? folder, string sensitivity, Settings settings)
    {
        try
        {
            var surrogate = of.Study.Surrogate(quantity ?? of.Study.Problem.Objectives[0].Name);
            var measured = of.Study.Trials.Count(trial => trial.Values is not null);
            var name = $"{of.Plan.Name}-{surrogate.Quantity}".Replace('_', '-');
            var facts = new SurrogateFacts(name, measured.ToString(CultureInfo.InvariantCulture), of.Name, measured, sensitivity, of.Source);
            return SurrogateExport.Write(of.Plan, surrogate, facts, folder ?? Path.Combine(settings.DataDirectory, "models", name), settings.Models.ToOptions());
        }
        catch (Exception refused) when (refused is StudyException or ArgumentException)
        {
            throw new DataSetException(of.Name, null, null, refused.Message, refused);
        }
    }

    private static IReadOnlyList<(Point Point, Prediction Expected, double Gain)> Best(StudySubject of, SurrogateExport export, int count, int best)
    {
        var quantity = export.Surrogate.Quantity;
        double[] values = [.. of.Study.Trials.Select(trial => trial.Values is { } told && told.TryGetValue(quantity, out var value) ? value : (double?)null).OfType<double>()];
        Func<Prediction, double> gain = of.Study.Problem.Objectives.FirstOrDefault(objective => objective.Name == quantity)?.Aim switch
        {
            Aim.Minimise => expected => expected.Improvement(values.Min()),
            Aim.Maximise => expected => new Prediction(-expected.Mean, expected.Sd).Improvement(-values.Max()),
            Aim.Reach reach => expected => expected.Approach(reach.Target, values.Min(value => Math.Abs(value - reach.Target))),
            _ => throw new UsageException($"--candidates asks what is better, and '{quantity}' is not to be made small or large or brought to a value by this campaign"),
        };
        return SurrogateCandidates.Best(export, SurrogateCandidates.Draw(export.Surrogate.Model.Space, count, of.Plan.Seed), gain, best);
    }

    private static void Print(StudySubject of, SurrogateExport export, IReadOnlyList<(Point Point, Prediction Expected, double Gain)>? found, int count, Terminal terminal)
    {
        var (model, quantity) = (export.Model, export.Surrogate.Quantity);
        terminal.Out.WriteLine($"{model.Card.Name} {model.Card.Version}: {quantity} by {string.Join(", ", of.Plan.Parameters.Select(parameter => parameter.Name))}, in {model.Directory}");
        terminal.Out.WriteLine(string.Create(CultureInfo.InvariantCulture, $"ran on {model.Device} and agrees with the planner's model to {export.Difference:0.0e0} of the largest value"));
        if (found is null) return;
        terminal.Out.WriteLine(string.Create(CultureInfo.InvariantCulture, $"most is expected of these, among {(of.Plan.Candidates is { } rows ? $"{Math.Min(count, rows.Length)} candidates" : $"{count} trials drawn evenly")}:"));
        var unit = of.Plan.Analyses.SelectMany(analysis => analysis.Outputs).First(output => output.Name == quantity).Unit;
        foreach (var (point, expected, gain) in found)
        {
            var recipe = string.Join(", ", of.Plan.ToValues(point).Select(value => $"{value.Key} {Wording.Short(value.Value)}"));
            terminal.Out.WriteLine(string.Create(CultureInfo.InvariantCulture, $"  {recipe}: {new Quantity(expected.Mean, unit)} ± {expected.Sd:G3}; better by {gain:G3} on average"));
        }
    }

    private static object Form(StudySubject of, SurrogateExport export, IReadOnlyList<(Point Point, Prediction Expected, double Gain)>? found) => new
    {
        model = export.Model.Card.Name,
        version = export.Model.Card.Version,
        directory = export.Model.Directory,
        device = export.Model.Device.ToString(),
        quantity = export.Surrogate.Quantity,
        difference = export.Difference,
        candidates = found?.Select(one => new
        {
            parameters = of.Plan.ToValues(one.Point).ToDictionary(value => value.Key, value => value.Value.ToString()),
            mean = one.Expected.Mean,
            sd = one.Expected.Sd,
            gain = one.Gain,
        }),
    };
}
