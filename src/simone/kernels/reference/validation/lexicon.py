"""The closed word classes and word pairs that the exact checks know: negators, quantifiers, prepositions, opposites.

Not for meaning in general: a pair that is not listed here is left to token alignment or stays unknown.

Source: written for this project. Entries are lower-case; opposites and synonyms are listed by dictionary form.
"""

from __future__ import annotations


def _set(text: str) -> frozenset[str]:
    return frozenset(text.split())


BE = _set("be am is are was were been being 's 're 'm")
HAVE = _set("have has had having 've")
DO = _set("do does did done")
MODALS = _set("can could may might must shall should will would ought cannot 'll 'd")
AUXILIARIES = BE | HAVE | DO | MODALS
DETERMINERS = _set(
    "a an the this that these those his her its their our my your some any each every no all both another"
)
PRONOUNS = _set(
    "i you he she it we they me him us them himself herself itself themselves who whom which what whoever "
    "someone somebody something anyone anybody anything everyone everybody everything mine hers theirs ours yours one"
)
SUBJECT_PRONOUNS = _set("i you he she it we they who which there this that these those someone everyone nobody nothing")
PREPOSITIONS = _set(
    "in on at of by with without from to into onto over under above below between among through during before after "
    "since until till against for about across along around behind beside besides beyond despite down inside near off "
    "outside past per than toward towards up upon via within throughout as like unlike amid except underneath beneath"
)
STRICT_PREPOSITIONS = _set("outside without except against beyond unlike despite before after above below under until")
"""Prepositions that a claim may only use where its evidence does."""
SUBORDINATORS = _set(
    "who whom whose which that when while because although though whereas where if unless whether so since once"
)
COORDINATORS = _set("and or but nor yet &")
OTHER_FUNCTION = _set(
    "'s ' there here then also too very just quite rather even still already however therefore thus moreover such own "
    "how why well please etc so same other more n't not s"
)
FUNCTION = (
    BE | HAVE | DO | MODALS | DETERMINERS | PRONOUNS | PREPOSITIONS | SUBORDINATORS | COORDINATORS | OTHER_FUNCTION
)

NEGATORS = _set(
    "not n't never no none nobody nothing neither nor nowhere cannot hardly scarcely barely rarely seldom without few "
    "false untrue incorrect"
)
NEGATIVE_VERBS = _set("fail refuse deny denied decline reject lack prevent avoid stop forbid ban cease miss doubt omit")
"""Verbs that deny what their complement says ("failed to open")."""

IMPLICATIVE_VERBS = _set("begin start continue manage get help come go serve prove turn happen proceed dare cause")
"""Verbs whose "to …" did happen."""
FACTIVE_VERBS = _set("know find show confirm discover prove reveal demonstrate establish realize learn remember recall")
"""Verbs that vouch for what their "that" clause says."""

HEDGES = _set(
    "may might could would should can if unless whether possibly perhaps maybe probably likely allegedly reportedly "
    "apparently supposedly potentially presumably seemingly almost nearly virtually seem seems seemed appear appears "
    "appeared suggest suggests suggested claim claims claimed allege alleges alleged believe believes believed think "
    "thinks thought expect expects expected hope hopes hoped plan plans planned intend intends intended want wants "
    "wanted try tries tried propose proposes proposed consider considers considered rumoured rumored estimate "
    "estimates "
    "estimated predict predicts predicted aim aims aimed wish wished attempt attempts attempted unlikely doubtful "
    "threaten threatened offer offered dream dreamed imagine imagined assume assumed pretend pretended speculate "
    "speculated said says say unclear uncertain scheduled proposal suspected accused ask asked request requested "
    "ordered recommend recommended recommends asks argued argues argue fear feared will shall forecast due fictional "
    "forecasts must ought supposed ostensibly purportedly otherwise"
)
"""Words that weaken a statement from a fact to a possibility, a wish, a plan or somebody's word."""

REPORTING = _set(
    "say claim allege believe think suspect suggest argue deny hope fear estimate predict assume expect consider guess "
    "tell warn conclude maintain insist dream wish imagine doubt suppose"
)
"""Verbs whose clause without "that" is somebody's word ("critics claim the firm lost money")."""
UNTRUE = _set("false untrue incorrect wrong myth lie hoax fiction rumour rumor")
TRUE = _set("true correct right case")
"""What a statement is called before a "that"."""
NOT_BESIDE = _set(
    "only just merely all every everyone everybody everything always to because that if when until before after so "
    "even yet one single many much long far least less more once ever often necessarily"
)
"""Words before which a "not" does not only set something beside ("Anna, not Otto, won")."""

PRIVATIVE = _set(
    "former fake alleged so-called would-be ex-president mock counterfeit near almost non acting aspiring vice "
    "deputy assistant ex anti pseudo semi quasi co step"
)
"""Modifiers after which the noun no longer holds ("a former minister" is not a minister)."""

UNIVERSAL = _set("all every each always everyone everybody everything entirely completely fully throughout whole any")
PARTIAL = _set("some several many most often sometimes few part partly partially usually half various certain majority")
EXCLUSIVE = _set("only solely exclusively sole alone just")
SUPERLATIVES = _set(
    "best worst most least largest smallest biggest longest shortest tallest highest lowest oldest youngest earliest "
    "latest greatest fastest slowest deepest richest poorest strongest weakest newest heaviest busiest wealthiest "
    "hottest coldest widest nearest farthest furthest northernmost southernmost easternmost westernmost"
)
QUANTIFIER_RANK = {
    **dict.fromkeys(UNIVERSAL - {"any"}, 4),
    **dict.fromkeys(_set("most usually majority mostly largely"), 3),
    **dict.fromkeys(_set("many often numerous"), 2),
    **dict.fromkeys(_set("some several sometimes various certain part partly partially half few rarely seldom"), 1),
}
"""How much of a group a word claims; a claim may not rank above its evidence."""
AMOUNTS = frozenset(QUANTIFIER_RANK) | _set("handful hardly scarcely barely not n't two 2 both any")
"""Words that may say how much of a group is meant."""
BEFORE_FEW = _set("a the these those his her its their our my your last first next past every")
"""Words after which "few" counts and does not deny ("a few came", but "few came")."""

NO_VERBS = _set(
    "morning evening nothing something anything everything ceiling sibling herring pudding sterling shilling offspring "
    "darling duckling"
)
"""Nouns and pronouns in "-ing"."""
TIMES = _set(
    "monday tuesday wednesday thursday friday saturday sunday january february march april may june july august "
    "september october november december noon midday midnight then now tomorrow tonight dawn dusk nightfall sunset "
    "sunrise"
)
"""Words behind a "by" that says until when, and not by whom."""
PARTS_OF_DAYS = _set("morning evening night afternoon")

PERSONS = _set(
    "man woman boy girl king queen emperor empress prince princess duke duchess lord lady president minister "
    "chancellor mayor governor senator deputy chairman chief director manager owner founder builder maker "
    "designer architect engineer inventor author writer poet novelist painter composer singer actor actress "
    "musician producer player captain general admiral marshal colonel major soldier sailor pilot officer "
    "commander leader ruler teacher professor doctor nurse physician scientist chemist physicist biologist "
    "historian philosopher lawyer lieutenant sergeant judge priest bishop abbot pope monk nun saint rabbi imam "
    "farmer merchant trader banker driver worker secretary coach trainer referee father mother son daughter "
    "brother sister wife husband uncle aunt nephew niece cousin widow child patient student pupil journalist "
    "editor translator publisher discoverer explorer head successor predecessor creator"
)
"""Nouns for people: "he" and "she" can mean them, "it" cannot."""
PLACES = _set(
    "town city village hamlet settlement borough district county province state country island port capital suburb "
    "municipality parish region"
)
"""Nouns for places that have names of their own."""

SYMMETRIC = _set("meet marry resemble equal border join face differ match neighbour neighbor meet divorce correspond")
"""Verbs for which exchanging subject and object changes nothing."""

PREPOSITION_CLASSES: tuple[frozenset[str], ...] = (
    _set("in at within inside on during throughout"),
    _set("to into onto toward towards"),
    _set("over above"),
    _set("under below beneath underneath"),
    _set("near beside alongside"),
    _set("of 's"),
    _set("until till"),
    _set("about around"),
    _set("through via across along"),
    _set("off from"),
)

_DIRECTIONS = """
rise fall; rise drop; rise decline; rise sink; increase decrease; increase reduce; increase decline; increase fall;
increase drop; increase shrink; increase lower; grow shrink; grow decline; grow fall; raise lower; raise cut; raise
reduce; gain lose; win lose; up down; upward downward; upwards downwards; above below; over under; before after; earlier
later; north south; east west; northern southern; eastern western; northeast southwest; northwest southeast; left right;
more less; more fewer; higher lower; larger smaller; bigger smaller; longer shorter; taller shorter; older younger;
faster slower; greater smaller; greater lesser; maximum minimum; import export; buy sell; arrive leave; arrive depart;
enter leave; enter exit; expand contract; expand shrink; widen narrow; accelerate slow; improve worsen; improve
deteriorate; lengthen shorten; prolong shorten; extend shorten; accelerate decelerate; tighten loosen; inflate deflate;
appreciate depreciate; upgrade downgrade; promote demote; soften harden; brighten darken; heal worsen; recover relapse;
strengthen weaken; highest lowest; largest smallest; biggest smallest; longest shortest; tallest shortest;
oldest youngest; best worst; first last; most least; ascend descend; climb descend; climb fall; climb drop; inside
outside; into from; from to; lend borrow; upstream downstream; inbound outbound; climb sink; soar plunge; soar drop;
soar
fall; rise plunge; heavier lighter; warmer colder; hotter colder; better worse; since until; with without; double halve;
profit loss; surplus deficit; top bottom; front back; indoors outdoors; indoor outdoor; push pull; lift drop; hire fire;
hire dismiss; behind ahead; upper lower; earliest latest; ahead behind
"""
_OPPOSITES = """
hold collapse; stand collapse; stand fall; survive die; survive perish; live die; alive dead; open close; open shut;
opened closed; accept reject; accept refuse; accept decline; approve reject; approve veto; approve deny; approve oppose;
agree disagree; agree refuse; allow forbid; allow ban; allow prohibit; permit forbid; permit ban; permit prohibit; pass
fail; succeed fail; success failure; start end; start stop; start finish; begin end; begin finish; begin stop; support
oppose; confirm deny; admit deny; love hate; like dislike; true false; full empty; hot cold; warm cold; wet dry; big
small; large small; long short; tall short; high low; old young; old new; rich poor; strong weak; hard soft; easy
difficult; easy hard; fast slow; early late; light dark; light heavy; day night; day month; public private; legal
illegal; mild severe; benign malignant; internal external; optimistic pessimistic; merge split; attach detach; freeze
melt; freeze thaw; winner loser; majority minority; praise criticise; overestimate underestimate;
possible impossible; male female; man woman; boy girl; men women; father mother; brother sister; son daughter; husband
wife; king queen; guilty innocent; guilty acquitted; convict acquit; safe dangerous; safe unsafe; clean
dirty; cheap expensive; married unmarried; married single; urban rural; domestic foreign; positive negative; asleep
awake;
sit stand; sleep wake; include exclude; remember forget; build demolish; build destroy; create destroy; attack defend;
appoint dismiss; present absent; visible invisible; complete incomplete; active inactive; ancient modern; happy sad;
happy unhappy; friend enemy; ally enemy; victory defeat; war peace; guest host; teacher pupil; teacher student; employer
employee; buyer seller; borrower lender; required optional; mandatory optional; compulsory voluntary; compulsory
optional;
known unknown; temporary permanent; intact damaged; intact broken; damaged undamaged; repair damage; repair break; save
lose; find lose; keep lose; keep abandon; keep discard; retain lose; retain abandon; rescue abandon; remain leave; stay
leave; employ dismiss; deep shallow; wide narrow; thick thin; loud quiet; bright dark; black white; same different;
similar different; successful unsuccessful; effective ineffective; available unavailable; popular unpopular; fertile
barren;
sunny cloudy; solid liquid; vertical horizontal; literate illiterate; sober drunk; lock unlock; honest dishonest; enable
disable; encourage discourage; connect disconnect; appear disappear; obey disobey; arrive remain; common rare; adult
child;
ally rival; amateur professional; natural artificial; military civilian; advantage disadvantage; gain loss; sweet sour;
sharp blunt; smooth rough; north west; north east; south east; south west; northern eastern; northern western; southern
eastern; southern western; annual monthly; annually monthly; annual weekly; annual daily; daily weekly; weekly monthly;
monthly yearly; winter summer; spring autumn; morning evening; breakfast dinner; ratify reject; adopt reject; uphold
overturn; grant refuse; grant deny; renew cancel; renew terminate; extend cancel; extend shorten; attend miss; attend
skip; unanimous split; free paid; freely reluctantly; voluntarily forcibly; sold kept; broken intact; red blue; red
green;
blue green; black red; white red; yellow red; yellow blue; black blue; white blue; green yellow; white green; black
green
"""
_GROUPS = """
monday tuesday wednesday thursday friday saturday sunday; january february march april may june july august september
october november december; red blue green yellow black white brown pink purple orange grey; spring summer autumn winter;
football basketball tennis cricket baseball hockey golf rugby; gold silver bronze copper iron lead; dog cat horse cow
sheep pig goat bird fish; morning afternoon evening night; breakfast lunch dinner; mother father brother sister son
daughter uncle aunt; hour minute second day week month year decade century; guitar piano violin drum trumpet; solid
liquid gas; primary secondary tertiary; hourly daily weekly monthly quarterly
annually; husband wife; mathematics physics chemistry biology; king queen prince princess; duo trio quartet quintet
"""
_SYNONYMS = """
begin start commence; end finish conclude; buy purchase acquire; big large huge; small little tiny; movie film picture;
doctor physician; car automobile; kid child; author writer; soccer football; raise increase; close shut; film movie;
actor actress; assist
help; get obtain receive; show demonstrate; need require; build construct erect; show display; choose select pick;
answer
reply respond; happen occur; quick fast rapid; sick ill; city town; firm company; wed marry; die perish; perform play;
beat defeat; win triumph; locate situate; name call title; make produce; release publish issue; located situated based;
near close; over above; allow permit; forbid prohibit ban; fall drop decline decrease; rise increase climb grow; cut
reduce
lower; job occupation; woman lady; man guy; road street; yearly annual annually; illness disease; employ hire; worker
employee; earn make; pay spend; speak talk; hop jump leap; rock stone; several multiple; approximately about roughly;
attorney lawyer; teacher instructor; leave depart; arrive come; demolish destroy; vessel ship boat; also too; collapse
fall; establish found create; launch start; hold keep; stay remain; lot many; comprise include; consist comprise; wife
spouse; husband spouse; photo photograph picture; tv television; usa america; plane aircraft airplane; people person
persons; cab taxi; bike bicycle; couch sofa; phone telephone; singer vocalist; debut premiere; gun firearm; price cost;
fix repair mend; ocean sea; jog run; shout yell; gift present; error mistake; ask request; reject refuse; approve
accept;
agreement treaty pact accord; contract agreement; reside live; wage salary; vote ballot; appoint name
"""


def _pairs(text: str) -> frozenset[tuple[str, str]]:
    found: set[tuple[str, str]] = set()
    for entry in text.replace("\n", " ").split(";"):
        words = entry.split()
        found.update((a, b) for a in words for b in words if a != b)
    return frozenset(found)


DIRECTIONS = _pairs(_DIRECTIONS)
GROUPS = _pairs(_GROUPS)
OPPOSITES = _pairs(_OPPOSITES) | GROUPS
SYNONYMS = _pairs(_SYNONYMS) - DIRECTIONS - OPPOSITES

IRREGULAR = {
    form: base
    for entry in """
be:is,are,was,were,been,am,being have:has,had do:does,did,done,doing go:went,gone,goes see:saw,seen take:took,taken
give:gave,given get:got,gotten make:made know:knew,known think:thought come:came become:became find:found,finds
tell:told feel:felt leave:left,leaving bring:brought begin:began,begun keep:kept hold:held write:wrote,written
stand:stood hear:heard mean:meant meet:met run:ran pay:paid sit:sat speak:spoke,spoken lead:led grow:grew,grown
lose:lost fall:fell,fallen send:sent build:built understand:understood draw:drew,drawn break:broke,broken
spend:spent rise:rose,risen drive:drove,driven buy:bought wear:wore,worn choose:chose,chosen win:won teach:taught
catch:caught sell:sold fight:fought throw:threw,thrown fly:flew,flown,flies eat:ate,eaten sing:sang,sung swim:swam,swum
drink:drank,drunk sleep:slept ride:rode,ridden steal:stole,stolen hide:hid,hidden forget:forgot,forgotten
forgive:forgave,forgiven shake:shook,shaken bite:bit,bitten blow:blew,blown freeze:froze,frozen beat:beaten
sink:sank,sunk shrink:shrank,shrunk swear:swore,sworn tear:tore,torn strike:struck,stricken shoot:shot dig:dug
win:winning bear:bore,borne feed:fed flee:fled lay:laid lie:lay,lain,lying say:said light:lit bind:bound
wind:wound hang:hung,hanged seek:sought shine:shone slide:slid stick:stuck sweep:swept swing:swung weep:wept deal:dealt
lend:lent bend:bent creep:crept arise:arose,arisen awake:awoke withdraw:withdrew,withdrawn undergo:underwent,undergone
overcome:overcame die:dying,died,dies show:shown man:men woman:women child:children person:persons foot:feet
tooth:teeth mouse:mice goose:geese wife:wives life:lives knife:knives wolf:wolves half:halves leaf:leaves
shelf:shelves thief:thieves loaf:loaves ox:oxen crisis:crises analysis:analyses datum:data medium:media
criterion:criteria phenomenon:phenomena series:series species:species spring:sprang,sprung bus:buses gas:gases
play:played,plays,playing stay:stayed,stays say:says uphold:upheld overthrow:overthrew,overthrown dive:dove
undo:undone redo:redone mow:mown sew:sewn saw:sawn ring:rang,rung spin:spun weave:wove,woven forbid:forbade,forbidden
""".split()
    for base, _, forms in [entry.partition(":")]
    for form in forms.split(",")
}

PARTICIPLES = _set(
    "done gone seen taken given gotten known written spoken grown fallen drawn broken risen driven worn chosen thrown "
    "flown eaten sung swum drunk ridden stolen hidden forgotten forgiven shaken bitten blown frozen beaten sunk shrunk "
    "sworn torn stricken born borne lain arisen withdrawn undergone shown overthrown woven forbidden made built held "
    "paid led lost sent bought won sold found kept told caught taught fought struck shot led left brought met cut put "
    "set hit read bound hung sought laid upheld based located known"
)
INVARIANT = _set("beat cut put set hit read let cost split shut hurt quit spread burst cast")
"""Verbs whose past is their base form."""
VERBS = _set(
    """
accept account achieve acknowledge acquire act adapt add allege
admit adopt advance affect agree allow announce answer appear
apply appoint approve argue arrest arrive ask assume attack attempt attend attract avoid award ban base bear beat become
begin believe belong benefit bite blame block border borrow break bring broadcast build burn buy call cancel capture
carry
catch cause celebrate change charge chase check choose claim climb close coach collapse collect come command commit
compete
complete compose confirm connect consider consist contain contend continue control convert cook cover crash create
cross cry
cut damage dance deal decide declare decline decrease defeat defend deliver demolish deny depart depend describe design
destroy determine develop die differ direct discover discuss dismiss divide draw drink drive drop earn eat edit elect
employ
encourage end enjoy enter escape establish estimate evolve examine exist expand expect explain export express extend
face
fail fall feature feed feel fight fill film find finish fire fish flee flood flow fly follow forbid force form found
freeze
gain gather generate get give go govern graduate grant grow guard handle hang happen hate have head hear help hide
hire hit
hold host house identify ignore imply import improve include increase inform inhabit inherit injure inspect install
introduce invade invent invest invite issue join judge jump keep kick kill know lack land last laugh launch lay lead
learn
leave lend let lie lift light like limit link listen live locate lock look lose love lower maintain make manage march
mark
marry match mean measure meet mention merge miss mount move murder name need note number observe obtain occupy occur
offer
open operate oppose order organize organise own paint park pass pay perform permit persuade pick place plan plant play
point
possess pour praise preach prefer prepare present preserve prevent print produce promise promote propose protect protest
prove provide publish pull purchase push put race raise range rank reach read realize receive recognize recommend record
recover reduce refer refuse regard reject relate release remain remember remove rename renew repair replace reply report
represent request require rescue resemble reside resign resist respond rest restore result retain retire return reveal
ride
ring rise roar rob rule run sail save say score search see seem seize sell send separate serve set settle shake share
shine
shoot show shrink shut sign sing sink sit sleep smile solve speak specialize spend split spread stand star start state
stay
steal stop store strike study suffer suggest supply support surrender survive suspend swim take talk taste teach tell
terminate test thank think threaten throw tie touch tour trade train translate transmit travel treat trust try turn
undergo understand unite use vary veto visit voice vote wait walk want warn wash watch weaken wear weigh welcome widen
win
wish withdraw work worry wound write yield ratify uphold overturn double halve soar plunge sack appeal cost outlaw
"""
)
