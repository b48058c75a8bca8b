"""Words that carry no meaning of their own, by language: what a sentence is built with, and what asks.

Folded and with their accents, as `split_words` gives them. Only such words: what people do, have and are paid is
meaning, however often it is said.
"""

_WORDS = {
    "en": """
        a about above after again against ain all also am an and any are aren as at be because been before being
        below between both but by can cannot could couldn d did didn do does doesn doing don done down during each
        either else ever every few for from further had hadn has hasn have haven having he her here hers herself
        him himself his how however i if in into is isn it its itself just ll m may me might mine more most much
        must mustn my myself neither no nor not now of off on once only onto or other our ours ourselves out over
        own per please quite rather re s same shall shan she should shouldn since so some such t than that the
        their theirs them themselves then there these they this those though through thus to too under until up
        upon us ve very was wasn we were weren what when where whether which while who whom whose why will with
        within without won would wouldn y yes yet you your yours yourself yourselves""",
    "de": """
        ab aber alle allem allen aller alles als also am an ander andere anderem anderen anderer anderes auch auf
        aus ausser ausserdem bei beim bereits bin bis bist bitte da dabei dadurch dafür dagegen daher dahin damit
        danach daneben dann daran darauf daraus darf darin darum darunter darüber das dass dasselbe davon davor
        dazu dein deine deinem deinen deiner deines dem demselben den denen denn denselben der deren derer derselbe
        des deshalb dessen dich die dies diese dieselbe diesem diesen dieser dieses dir doch dort du durch dürfen
        ein eine einem einen einer eines einige einigem einigen einiger einiges einmal er es etwa etwas euch euer
        eure eurem euren eurer für gegen gibt hab habe haben hast hat hatte hatten hier hin hinter ich ihm ihn
        ihnen ihr ihre ihrem ihren ihrer ihres im in indem ins ist ja jede jedem jeden jeder jedes jene jenem jenen
        jener jenes jetzt kann kannst kein keine keinem keinen keiner können könnte könnten man manche mancher mein
        meine meinem meinen meiner meines mich mir mit muss musste müssen nach nein nicht nichts noch nun nur ob
        oder ohne sehr sein seine seinem seinen seiner seines seit selbst sich sie sind so sogar solche solcher
        soll sollen sollte sondern sonst sowie um und uns unser unsere unserem unseren unserer unter viel viele
        vielen vom von vor wann war waren warst warum was wegen weil welche welchem welchen welcher welches wem wen
        wenn wer werde werden weshalb wessen wie wieder wieviel wieviele will wir wird wirst wo wobei wodurch wofür
        woher wohin womit woran worauf worin worum worüber wovon wozu wurde wurden während würde würden zu zum zur
        zwar zwischen über""",
    "fr": """
        a afin ai aient ainsi ait alors après as au aucun aucune auquel aura aurais aurait auriez aussi autre
        autres aux auxquels avaient avais avait avant avec avez aviez avoir avons ayant beaucoup c car ce ceci cela
        celle celles celui ces cet cette ceux chaque chez ci comme comment d dans de depuis des desquels deux donc
        dont du duquel durant dès elle elles en encore entre es est et eu eux faut fera fut hors ici il ils j je
        jusqu jusque l la laquelle le lequel les lesquelles lesquels leur leurs lorsque lui là m ma mais me mes
        mien mienne moi moins mon même mêmes n ne ni non nos notre nous nôtre on ont or ou oui où par parce pas
        pendant peu peut peuvent peux plus pour pourquoi pourrais pourrait pourriez puis puisque qu quand que quel
        quelle quelles quelqu quelque quelques quels qui quoi s sa sans se sera serait serez seriez seront ses
        seulement si sien sienne soi soient sois soit sommes son sont sous suis sur t ta te tel telle telles tels
        tes toi ton tous tout toute toutes très tu un une vers voici voilà vos votre vous vôtre y ça étaient étais
        était étant été êtes être""",
    "es": """
        a al algo alguien alguna algunas alguno algunos algún ante antes aquel aquella aquellas aquello aquellos
        aquí así aun aunque aún bajo bien cada casi como con contra cual cuales cualquier cuando cuanta cuanto cuál
        cuáles cuándo cuánta cuántas cuánto cuántos cómo de del desde donde dos durante dónde e el ella ellas ello
        ellos en entre era eran eres es esa esas ese eso esos estaba estaban estado estamos estar estará estas este
        esto estos estoy está están fue fueron ha haber habrá habéis había habían han has hasta hay he hemos la las
        le les lo los me mediante mi mientras mis misma mismo mucha muchas mucho muchos muy más mí mía mío nada ni
        no nos nosotras nosotros nuestra nuestras nuestro nuestros o os otra otras otro otros para pero poca poco
        pocos podría podrían por porque puede pueden puedo pues que quien quienes quién quiénes qué se sea sean
        según ser será serán sería si sido siempre sin sino sobre sois solo somos son soy su sus suya suyo sí sólo
        también tampoco tan tanto te tengo tenéis ti tiene tienen toda todas todavía todo todos tras tu tus tuya
        tuyo tú u un una unas uno unos usted ustedes vosotras vosotros vuestra vuestras vuestro vuestros y ya yo él""",
    "it": """
        a abbia abbiamo abbiano ad adesso agli ai al alcun alcuna alcune alcuni all alla alle allo allora altra
        altre altri altro anche ancora avere avete aveva avevano avrebbe avrei avrà c che chi ci ciascuno ciò coi
        col come con contro cos cosa cui d da dagli dai dal dall dalla dalle dallo degli dei del dell della delle
        dello dentro di dopo dov dove dunque durante e ecco ed era erano essa esse essere essi fra fuori già gli ha
        hai hanno ho i il in infatti inoltre invece io l la le lei li lo loro lui là lì ma me meno mentre mi mia
        mie miei mio molta molte molti molto n ne negli nei nel nell nella nelle nello nessun nessuna nessuno
        niente noi non nostra nostre nostri nostro nulla né o od ogni oltre oppure per perché perciò però più poco
        poi possa possiamo posso possono potrebbe potrei presso prima può qual qualche qualcosa qualcuno quale
        quali quand quando quant quanta quante quanti quanto quasi quel quell quella quelle quelli quello questa
        queste questi questo qui quindi s saranno sarebbe sarà se sei sempre senza si sia siamo siano siete solo
        sono sopra sotto sta stata stati stato stesso su sua sue sugli sui sul sull sulla sulle sullo suo suoi sì
        tale tali tanto te ti tra tu tua tue tuo tuoi tutta tutte tutti tutto un una uno v va vi voi vostra vostre
        vostri vostro è""",
}

STOP_WORDS: dict[str, frozenset[str]] = {language: frozenset(words.split()) for language, words in _WORDS.items()}
