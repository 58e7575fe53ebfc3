using LabAutomation.Hosting;
using LabAutomation.Lab.Commands;
using Microsoft.Extensions.Configuration;

namespace LabAutomation.Tests.Lab;

/// <summary>The policy of an open conversation follows its file, whatever becomes of that.</summary>
public sealed class CurrentPolicyTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("policy-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public void A_file_that_is_gone_allows_nothing_and_no_other_takes_its_place()
    {
        var policy = Policy(Write("lab.json", approver: "grace"));
        policy.Now().Problem.Should().BeNull();

        File.Delete(At("lab.json"));

        policy.Now().Problem.Should().Contain("lab.json");
        Write("lab.json", approver: "grace");
        policy.Now().Problem.Should().BeNull();
    }

    [Fact]
    public void An_edit_behind_a_link_and_one_that_changes_neither_length_nor_time_are_seen()
    {
        Write("real.json", approver: "grace");
        File.CreateSymbolicLink(At("lab.json"), At("real.json"));
        var policy = Policy(At("lab.json"));
        var before = policy.Now();
        policy.Now().Should().BeSameAs(before);
        var time = File.GetLastWriteTimeUtc(At("real.json"));

        Write("real.json", approver: "wilma");
        File.SetLastWriteTimeUtc(At("real.json"), time);

        policy.Now().Should().NotBeSameAs(before);
    }

    private static CurrentPolicy Policy(string file) => new(new CurrentSettings(file, () => File.Exists(file)
        ? new Settings(new ConfigurationBuilder().AddJsonFile(file).Build(), InstrumentFamilies.BuiltIn) { File = file }
        : throw new LabException(LabFault.Configuration, $"there is no configuration file '{file}'")));

    private string Write(string name, string approver)
    {
        File.WriteAllText(At(name), $$"""{ "Policy": { "Approval": { "Approvers": [ "{{approver}}" ] } } }""");
        return At(name);
    }

    private string At(string name) => Path.Combine(_folder, name);
}
