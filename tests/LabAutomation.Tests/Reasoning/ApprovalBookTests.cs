using System.Collections.Immutable;
using LabAutomation.Agents.Reasoning;
using LabAutomation.Agents.Records;
using Microsoft.Data.Sqlite;
using Microsoft.Extensions.Time.Testing;

namespace LabAutomation.Tests.Reasoning;

public sealed class ApprovalBookTests : IDisposable
{
    private const string What = "run campaign 'match'";

    private readonly string _folder = Directory.CreateTempSubdirectory("approvals-").FullName;
    private readonly FakeTimeProvider _clock = new(new DateTimeOffset(2026, 1, 2, 3, 4, 5, TimeSpan.Zero));
    private readonly ToolCall _call = Policies.Run("planner");

    private string Path => System.IO.Path.Combine(_folder, "approvals.db");

    private ApprovalBook Book => new(Path, _clock, isDurable: false);

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public async Task What_a_person_approved_is_used_once()
    {
        var asked = await AskAsync(_call);
        (await UseAsync(_call)).Should().BeNull("nobody has decided");
        (await DecideAsync(asked.Request, "grace")).Should().BeNull();

        (await UseAsync(_call))!.Given!.By.Should().Be("grace");

        (await UseAsync(_call)).Should().BeNull("it is spent");
        (await DecideAsync(asked.Request, "grace")).Should().Be("it was used");
        Book.Read().Select(state => state.Word(_clock.GetUtcNow())).Should().Equal("used", "pending");
    }

    [Fact]
    public async Task Asking_again_for_the_same_finds_the_request_that_waits()
    {
        var first = await AskAsync(_call);

        (await AskAsync(_call)).Request.Should().Be(first.Request);
        (await AskAsync(_call with { Plan = Policies.Plan with { Sha256 = new string('b', 64) } })).Request.Should().Be(2);
    }

    public static TheoryData<string, Func<ToolCall, ToolCall>> Edits => new()
    {
        { "plan", call => call with { Plan = call.Plan! with { Sha256 = new string('b', 64) } } },
        { "argument", call => call with { Arguments = call.Arguments.SetItem("draft", "2") } },
        { "another argument", call => call with { Arguments = call.Arguments.Add("trials", "9") } },
        { "tool", call => call with { Tool = "run2" } },
        { "role", call => call with { Caller = call.Caller with { Role = "runner" } } },
        { "label", call => call with { Label = Label.Untrusted } },
        { "person", call => call with { Caller = call.Caller with { Person = "eve" } } },
    };

    [Theory]
    [MemberData(nameof(Edits))]
    public async Task Any_edit_makes_it_another_call(string what, Func<ToolCall, ToolCall> edit)
    {
        await DecideAsync((await AskAsync(_call)).Request, "grace");

        (await UseAsync(edit(_call))).Should().BeNull(what);

        (await UseAsync(_call)).Should().NotBeNull("it was not spent by the other");
    }

    [Fact]
    public async Task A_changed_limit_or_another_rule_invalidates_what_was_approved()
    {
        await DecideAsync((await AskAsync(_call)).Request, "grace");
        var policy = Policies.Policy;
        var wider = policy.Envelope;
        LabPolicy[] changed =
        [
            policy with { Envelope = new Envelope(wider.Instruments, wider.Trials + 1, wider.LabTime, wider.Stock) },
            policy with { Approvals = policy.Approvals with { Approvers = ["linus"] } },
        ];

        foreach (var other in changed) (await Book.FindOrAskAsync(_call, other, What, "why", default))!.Given.Should().BeNull();
        (await UseAsync(_call)).Should().NotBeNull();
    }

    [Fact]
    public async Task Under_changed_limits_nobody_decides_about_what_was_asked_under_others()
    {
        var asked = await AskAsync(_call);
        var limits = Policies.Policy.Envelope;
        var tighter = Policies.Policy with { Envelope = new Envelope(limits.Instruments, 2, limits.LabTime, limits.Stock) };

        (await Book.DecideAsync(asked.Request, "grace", null, tighter, default)).Hindrance.Should().Be("the limits have changed since it was asked for; ask again");
        (await DecideAsync(asked.Request, "grace")).Should().BeNull();
    }

    public static TheoryData<string, string?, string> LabEdits => new()
    {
        { "instruments/pump-a", "other", "the lab's instruments have changed since it was asked for (pump-a)" },
        { "instruments/pump-a", null, "the lab's instruments have changed since it was asked for (pump-a)" },
        { "instruments/new", "one", "the lab's instruments have changed since it was asked for (new)" },
        { "site", "other", "the lab's site has changed since it was asked for" },
        { "consumables/dye", "other", "the lab's consumables have changed since it was asked for (dye)" },
    };

    [Theory]
    [MemberData(nameof(LabEdits))]
    public async Task In_a_lab_that_was_changed_nothing_is_approved_used_or_asked_for_under_the_old_number(string part, string? now, string words)
    {
        var lab = Lab(("site", "roof"), ("instruments/pump-a", "one"), ("consumables/dye", "one"));
        var (policy, changed) = (Policies.Policy with { Lab = lab }, Policies.Policy with { Lab = new LabFingerprint(now is null ? lab.Parts.Remove(part) : lab.Parts.SetItem(part, now)) });
        var asked = (await Book.FindOrAskAsync(_call, policy, What, "runs with approval", default))!;

        (await Book.DecideAsync(asked.Request, "grace", null, changed, default)).Hindrance.Should().Be($"{words}; ask again");
        (await Book.DecideAsync(asked.Request, "grace", null, policy, default)).Hindrance.Should().BeNull();
        (await Book.UseAsync(asked.Request, _call, changed, What, default)).Should().BeNull();
        var anew = (await Book.FindOrAskAsync(_call, changed, What, "runs with approval", default))!;

        (anew.Request, anew.Given).Should().Be((2, null));
        anew.Asked.Why.Should().Be($"runs with approval; grace has approved request 1, but {words}");
        (await Book.UseAsync(asked.Request, _call, policy, What, default)).Should().NotBeNull("it holds for the lab for which it was given");
    }

    [Fact]
    public async Task What_was_asked_for_before_anybody_looked_at_the_lab_is_for_none()
    {
        var asked = await AskAsync(_call);
        var old = asked.Asked.Terms with { Lab = null };
        using (var ledger = Ledger.Open(Path, _clock)) ledger.Append("approvals", [new ApprovalRequested(2, old.HashAs(2), old, What, "why", "ask-1"), new ApprovalGiven(2, old.HashAs(2), "grace")]);

        (await Book.UseAsync(2, _call, Policies.Policy, What, default)).Should().BeNull();
        Book.Read()[1].Asked.Terms.Outdated(Policies.Policy).Should().Contain("nobody knows under which configuration");
    }

    [Fact]
    public async Task Nobody_finds_the_request_that_matters_among_more_than_so_many()
    {
        ToolCall Call(int k, string person = "ada") => _call with { Caller = _call.Caller with { Person = person }, Plan = Policies.Plan with { Sha256 = $"{k:d64}" } };
        for (var k = 1; k <= ApprovalBook.MostWaiting; k++) await AskAsync(Call(k));

        (await Book.FindOrAskAsync(Call(0), Policies.Policy, What, "why", default)).Should().BeNull();
        (await AskAsync(Call(7))).Request.Should().Be(7, "what waits already is found");
        (await AskAsync(Call(0, "linus"))).Request.Should().Be(ApprovalBook.MostWaiting + 1, "others are not held up");
        await Book.DecideAsync(3, "grace", "no", Policies.Policy, default);
        (await AskAsync(Call(0))).Request.Should().Be(ApprovalBook.MostWaiting + 2, "one was decided");
    }

    [Fact]
    public async Task What_was_approved_although_it_may_rest_on_untrusted_text_is_approved_without_it_too()
    {
        await DecideAsync((await AskAsync(_call with { Label = Label.Untrusted })).Request, "grace");

        (await UseAsync(_call)).Should().NotBeNull();
    }

    [Fact]
    public async Task After_its_time_it_is_neither_approved_nor_used()
    {
        var (first, other) = (await AskAsync(_call), await AskAsync(Policies.Run("planner", Policies.Plan with { Trials = 3, Sha256 = new string('c', 64) })));
        await DecideAsync(first.Request, "grace");
        _clock.Advance(TimeSpan.FromHours(24));

        (await UseAsync(_call)).Should().BeNull();
        (await DecideAsync(other.Request, "grace")).Should().StartWith("it has expired");
        (await AskAsync(_call)).Request.Should().Be(3, "it is asked for anew");
    }

    [Theory]
    [InlineData("ada", "'ada' has asked for it; another person decides")]
    [InlineData(" ADA ", "another person decides")]
    [InlineData(" ", "whoever decides has a name")]
    [InlineData("ada\u200b", "a name has only letters that can be seen")]
    [InlineData("gra\u202ece", "a name has only letters that can be seen")]
    public async Task Who_asked_does_not_approve_where_the_policy_says_so(string by, string hindrance) =>
        (await DecideAsync((await AskAsync(_call)).Request, by)).Should().Contain(hindrance);

    [Fact]
    public async Task Only_those_who_are_named_approve()
    {
        var policy = Policies.Policy with { Approvals = Policies.Policy.Approvals with { OtherPerson = false, Approvers = ["ada", "grace"] } };
        var asked = (await Book.FindOrAskAsync(_call, policy, "what", "why", default))!;

        (await Book.DecideAsync(asked.Request, "eve", null, policy, default)).Hindrance.Should().Contain("not among those who may approve: ada, grace");
        (await Book.DecideAsync(asked.Request, "ada", null, policy, default)).Hindrance.Should().BeNull();
    }

    [Fact]
    public async Task What_was_refused_stays_refused()
    {
        var asked = await AskAsync(_call);
        await Book.DecideAsync(asked.Request, "grace", "too much dye", Policies.Policy, default);

        (await UseAsync(_call)).Should().BeNull();
        (await DecideAsync(asked.Request, "linus")).Should().Be("grace has refused it: too much dye");
    }

    [Fact]
    public async Task An_approval_of_something_else_under_the_same_number_allows_nothing()
    {
        var asked = await AskAsync(_call);
        using (var ledger = Ledger.Open(Path, _clock)) ledger.Append("approvals", [new ApprovalGiven(asked.Request, new string('f', 64), "grace")]);

        (await UseAsync(_call)).Should().BeNull();
    }

    [Fact]
    public async Task What_was_approved_in_other_words_is_something_else()
    {
        var asked = await AskAsync(_call);
        await DecideAsync(asked.Request, "grace");

        (await Book.FindOrAskAsync(_call, Policies.Policy, "run campaign 'match' with ten times as much", "why", default)).Should().Match<ApprovalState>(state => state.Request == 2 && state.Given == null);
        (await Book.UseAsync(asked.Request, _call, Policies.Policy, "run campaign 'match' with ten times as much", default)).Should().BeNull();
        (await UseAsync(_call)).Should().NotBeNull();
    }

    [Fact]
    public async Task A_book_that_was_changed_is_not_read()
    {
        await AskAsync(_call);
        using (var connection = new SqliteConnection($"Data Source={Path};Pooling=False"))
        {
            connection.Open();
            using var command = connection.CreateCommand();
            command.CommandText = "DROP TRIGGER ledger_keeps_entries; UPDATE ledger SET body = replace(body, '\"trials\"', '\"trial\"') || ' '";
            command.ExecuteNonQuery();
        }

        await FluentActions.Awaiting(() => UseAsync(_call)).Should().ThrowAsync<LedgerException>();
    }

    [Fact]
    public async Task Two_who_use_it_at_the_same_time_get_it_once()
    {
        await DecideAsync((await AskAsync(_call)).Request, "grace");

        var uses = await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => Task.Run(() => new ApprovalBook(Path, new Early(_clock.GetUtcNow())).UseAsync(1, _call, Policies.Policy, What, default))));

        uses.Count(state => state is { Used: not null }).Should().Be(1);
    }

    private async Task<ApprovalState> AskAsync(ToolCall call) => (await Book.FindOrAskAsync(call, Policies.Policy, What, "runs with approval", default))!;

    private static LabFingerprint Lab(params (string Part, string Hash)[] parts) =>
        new(ImmutableSortedDictionary.CreateRange(StringComparer.Ordinal, parts.Select(part => KeyValuePair.Create(part.Part, part.Hash))));

    /// <summary>Null where there is no approval of it.</summary>
    private async Task<ApprovalState?> UseAsync(ToolCall call) => await AskAsync(call) is { Given: not null } given ? await Book.UseAsync(given.Request, call, Policies.Policy, What, default) : null;

    private async Task<string?> DecideAsync(int request, string by) => (await Book.DecideAsync(request, by, null, Policies.Policy, default)).Hindrance;

    /// <summary>The time of the test, with timers that go off.</summary>
    private sealed class Early(DateTimeOffset now) : TimeProvider
    {
        public override DateTimeOffset GetUtcNow() => now;
    }
}
