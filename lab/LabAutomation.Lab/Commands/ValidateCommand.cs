using System.CommandLine;
using System.Text.Json;
using LabAutomation.Agents.Campaigns;
using LabAutomation.Lab.Display;

namespace LabAutomation.Lab.Commands;

/// <summary><c>lab validate FILE</c>: everything that would be refused by <c>lab run</c>, without moving anything.</summary>
internal static class ValidateCommand
{
    public static Command Create(Terminal terminal)
    {
        var file = new Argument<string>("campaign") { Description = "Campaign file (YAML)", HelpName = "FILE" };
        var alone = new Option<bool>("--file-only") { Description = "Check the file alone, without asking the instruments what they offer" };
        var command = new Command("validate", "Checks a campaign file against its rules and the lab's instruments; nothing moves") { file, alone };
        command.SetAction(async (parsed, cancellation) =>
        {
            var path = parsed.GetValue(file)!;
            try
            {
                var plan = CampaignFile.Load(path);
                if (!parsed.GetValue(alone))
                {
                    await using var lab = await LabSession.OpenAsync(parsed, cancellation);
                    await lab.ValidateAsync(plan, cancellation);
                }

                terminal.Out.WriteLine(parsed.GetValue(CommonOptions.Json)
                    ? JsonSerializer.Serialize(new { file = path, valid = true, problems = Array.Empty<object>() }, JsonForms.Line)
                    : $"{path}: valid; {Wording.Goal(plan)} over {string.Join(", ", plan.Parameters.Select(parameter => parameter.Name))}");
                return (int)ExitCode.Success;
            }
            catch (CampaignFileException error) when (parsed.GetValue(CommonOptions.Json))
            {
                terminal.Out.WriteLine(JsonSerializer.Serialize(new { file = path, valid = false, problems = error.Problems }, JsonForms.Line));
                return (int)ExitCode.CampaignFile;
            }
        });
        return command;
    }
}
