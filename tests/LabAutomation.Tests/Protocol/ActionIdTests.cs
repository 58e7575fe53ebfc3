using LabAutomation.Protocol;

namespace LabAutomation.Tests.Protocol;

public sealed class ActionIdTests
{
    [Fact]
    public void The_same_action_has_the_same_id_for_ever() =>
        ActionId.Derive("suzuki-yield", 12, "dispense", 0, 1).ToString().Should().Be("eda7bcfc-73ad-8c12-8bd0-a3671b7dd17c");

    [Fact]
    public void Different_actions_have_different_ids()
    {
        var ids = from campaign in new[] { "a", "b", "a\n1", "" }
                  from trial in new[] { 0, 1, 11, -1 }
                  from step in new[] { "x", "y", "1", "1\n2\n1:x", "" }
                  from action in Enumerable.Range(0, 5)
                  from attempt in Enumerable.Range(1, 5)
                  select ActionId.Derive(campaign, trial, step, action, attempt);

        ids.Should().OnlyHaveUniqueItems();
    }

    [Fact]
    public void A_line_break_in_a_name_makes_no_two_actions_alike() =>
        ActionId.Derive("a\n1", 2, "x", 0, 1).Should().NotBe(ActionId.Derive("a", 1, "2\nx", 0, 1));

    [Fact]
    public void It_is_a_UUID_made_by_the_application()
    {
        var text = ActionId.Derive("c", 1, "s", 0, 1).ToString();

        text[14].Should().Be('8');
        "89ab".Should().Contain(text[19].ToString());
    }

    [Fact]
    public void Bytes_and_text_lead_back()
    {
        var id = ActionId.Derive("c", 1, "s", 0, 1);

        ActionId.FromBytes(id.ToBytes()).Should().Be(id);
        ActionId.Parse(id.ToString()).Should().Be(id);
        Convert.ToHexStringLower(id.ToBytes()).Should().Be(id.ToString().Replace("-", ""));
    }

    [Theory]
    [InlineData("")]
    [InlineData("12")]
    [InlineData("{0190c5a2-7b31-8f4e-9d2a-5c1e8b7f3a60}")]
    [InlineData("0190c5a27b318f4e9d2a5c1e8b7f3a60")]
    [InlineData("0190c5a2-7b31-8f4e-9d2a-5c1e8b7f3a6g")]
    public void Text_in_another_form_is_refused(string text) =>
        ((Action)(() => ActionId.Parse(text))).Should().Throw<FrameException>().WithMessage("*UUID*");

    [Theory]
    [InlineData(0)]
    [InlineData(15)]
    [InlineData(17)]
    public void Another_number_of_bytes_is_refused(int count) =>
        ((Action)(() => ActionId.FromBytes(new byte[count]))).Should().Throw<FrameException>().WithMessage($"*16*{count}*");
}
