using System.CommandLine;
using LabAutomation.Agents.AskTell;
using LabAutomation.Agents.Campaigns;
using LabAutomation.Agents.Planning;
using LabAutomation.Hosting;
using LabAutomation.Learning.Backtesting;
using LabAutomation.Learning.Sessions;

namespace LabAutomation.Lab.Commands;

/// <summary>What a command is to look at: a campaign on record, or a campaign file with a table of measured trials.</summary>
/// <param name="Name">The campaign's id, or the file's name for it.</param>
/// <param name="Source">Which state of which record the trials are: the hash of its last entry, or of the table.</param>
internal sealed record StudySubject(CampaignPlan Plan, Study Study, IReadOnlyList<string> Notes, string Name, string Source)
{
    public static Argument<string?> Argument() =>
        new("subject") { Description = "Campaign file (YAML), or a campaign as 'lab list' names it; the last one on record unless given", HelpName = "CAMPAIGN|ID", Arity = ArgumentArity.ZeroOrOne };

    /// <exception cref="DataSetException">The trials make no study.</exception>
    public static StudySubject Read(ParseResult parsed, string? subject, string? observations)
    {
        var isFile = subject is not null && (subject.EndsWith(".yaml", StringComparison.OrdinalIgnoreCase) || subject.EndsWith(".yml", StringComparison.OrdinalIgnoreCase) || File.Exists(subject));
        if (observations is not null && !isFile) throw new UsageException($"--observations belongs to a campaign file, and '{subject ?? "the last campaign on record"}' is none; a campaign on record has its own trials");
        try
        {
            if (!isFile)
            {
                using var record = LabRecord.Open(parsed);
                var state = CampaignRecord.Find(record.Ledger, subject);
                return new StudySubject(state.Plan, CampaignHistory.ToStudy(state), [], state.Id, $"ledger entry {record.Ledger.Read(state.Id)[^1].Hash}");
            }
            var plan = CampaignFile.Load(subject!);
            if (observations is null) return new StudySubject(plan, Study.Open(Planners.Problem(plan)), [], plan.Name, $"campaign file with SHA-256 {plan.Sha256}");
            var measured = CampaignStudy.Read(plan, observations);
            var hash = Convert.ToHexStringLower(System.Security.Cryptography.SHA256.HashData(File.ReadAllBytes(observations)));
            return new StudySubject(plan, measured.Study, measured.Notes, plan.Name, $"table with SHA-256 {hash}");
        }
        catch (StudyException refused)
        {
            throw new DataSetException(subject ?? "the last campaign", null, null, refused.Message, refused);
        }
    }
}
